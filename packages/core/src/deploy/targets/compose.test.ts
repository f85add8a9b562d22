import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import {
  fourEngines,
  fourOnOne,
  twelveCards,
  twoHosts,
} from "../../../../../test/fixtures/deploy-plans.ts";
import { hostileText } from "../../../../../test/support/hostile-text.ts";
import {
  removeBundles,
  renderBundle,
  writeBundle,
} from "../../../../../test/support/run-bundle.ts";
import { describeWith } from "../../../../../test/support/tools.ts";
import type { PlanDeployment, PlanDocument } from "../../documents/plan-document.ts";
import { renderDeployment } from "../render.ts";

removeBundles();

/** From the system, where it is installed; no dependency of ours. */
const DOCKER_COMPOSE = "docker-compose";

function files(plan: PlanDocument): ReadonlyMap<string, string> {
  const result = renderDeployment(plan, "compose");
  return new Map(result.ok ? result.artifacts.map(({ path, text }) => [path, text]) : []);
}

function services(plan: PlanDocument): Record<string, Record<string, unknown>> {
  return parse(files(plan).get("compose.yaml") ?? "", { version: "1.1" }).services;
}

function changed(plan: PlanDocument, change: Partial<PlanDeployment>): PlanDocument {
  return { ...plan, deployments: plan.deployments.map((each) => ({ ...each, ...change })) };
}

describe("a service", () => {
  const plan = fourEngines();
  const all = services(plan);

  test("has its cards by UUID, in the order of ranks for CUDA too", () => {
    const uuids = plan.gpus.slice(2).map(({ uuid }) => uuid);
    expect(all["chat"]).toMatchObject({
      environment: { CUDA_VISIBLE_DEVICES: uuids.join(","), CUDA_DEVICE_ORDER: "PCI_BUS_ID" },
      deploy: {
        resources: {
          reservations: {
            devices: [{ driver: "nvidia", device_ids: uuids, capabilities: ["gpu"] }],
          },
        },
      },
    });
  });

  test("waits for those on its cards that start earlier, and for no other", () => {
    const after = Object.entries(all).map(([name, each]) => [name, each["depends_on"]]);
    expect(Object.fromEntries(after)).toEqual({
      long: undefined,
      chat: undefined,
      coder: { chat: { condition: "service_healthy" } },
      small: { long: { condition: "service_healthy" } },
    });
  });

  test("listens on loopback, is asked whether it is ready, and never starts again by itself", () => {
    expect(all["small"]).toMatchObject({
      ports: [`\${BERTH_HOST:-127.0.0.1}:8003:8003`],
      restart: "no",
      healthcheck: {
        test: ["CMD", "curl", "-fsS", "-o", "/dev/null", "http://127.0.0.1:8003/health"],
      },
    });
  });

  test("gets its model by a mount, from the Hub, or from a variable that must be set", () => {
    expect(all["coder"]?.["volumes"]).toEqual([
      {
        type: "bind",
        source: `\${MODEL_PATH_CODER:-/srv/models/coder}`,
        target: "/models/coder",
        read_only: true,
      },
    ]);
    // other parts of a GGUF file lie beside it
    expect(all["long"]?.["volumes"]).toEqual([
      { type: "bind", source: "/srv/models", target: "/models/long", read_only: true },
    ]);
    expect(all["chat"]?.["volumes"]).toEqual([
      `\${BERTH_HF_CACHE:-huggingface}:/root/.cache/huggingface`,
      {
        type: "bind",
        source: `\${MODEL_PATH_CHAT:-/dev/null}`,
        target: `\${MODEL_PATH_CHAT:-/models/chat}`,
        read_only: true,
      },
    ]);
    const made = services(twelveCards("tensorrt-llm"))["qwen-7b"]?.["volumes"] as {
      source: string;
    }[];
    expect(made[0]?.source).toMatch(/^\$\{MODEL_PATH_QWEN_7B:\?set it to a checkpoint in int4-awq/);
  });

  test("without every UUID counts its cards by their place in the container", () => {
    const bare = plan.gpus.map(({ uuid: _, ...gpu }) => gpu);
    const turned = plan.deployments.map((each) =>
      each.model === "chat" ? { ...each, gpus: ["box:3", "box:2"] } : each,
    );
    expect(services({ ...plan, gpus: bare, deployments: turned })["chat"]).toMatchObject({
      environment: { CUDA_VISIBLE_DEVICES: "1,0" },
      deploy: { resources: { reservations: { devices: [{ device_ids: ["3", "2"] }] } } },
    });
  });

  test("holds no secret: the key of the Hub comes from the environment", () => {
    expect(all["chat"]?.["environment"]).toHaveProperty("HF_TOKEN", null);
    expect(files(plan).get(".env")).not.toMatch(/TOKEN=/);
  });
});

describe("check-models.sh", () => {
  const withAsking = (variables: Readonly<Record<string, string>>) => {
    const it = renderBundle(fourEngines(), "compose");
    mkdirSync(join(it.folder, "asks"));
    it.write("asks/config.json", '{"quantization_config": {"kv_cache_scheme": {"num_bits": 8}}}');
    const named = Object.entries(variables).map(([name, path]) => [name, join(it.folder, path)]);
    return it.run("check-models.sh", Object.fromEntries(named));
  };

  test("looks into the folder that compose.yaml would mount", () => {
    expect(withAsking({}).code).toBe(0);
    const ran = withAsking({ MODEL_PATH_SMALL: "asks" });
    expect(ran.code).toBe(2);
    expect(ran.err).toContain("asks for a KV cache of its own");
  });

  test("looks at the plan's path alone where no variable of Compose can stand for it", () => {
    const plan = changed(fourOnOne("tensorrt-llm"), { source: "/srv/a b" });
    const script = files(plan).get("check-models.sh") ?? "";
    expect(script).toContain("model='/srv/a b'\n");
    expect(script).not.toContain("MODEL_PATH_CODER:-");
    expect(files(plan).get(".env")).not.toContain("MODEL_PATH_CODER");
    expect(files(fourEngines()).get(".env")).toContain("# MODEL_PATH_SMALL=/path/on/this/host\n");
  });
});

test.each([
  {
    name: "an engine that no image of Triton can load",
    plan: changed(fourOnOne("tensorrt-llm-engine"), {
      engine: { id: "tensorrt-llm-engine", version: "0.17.0" },
    }),
    says: /images with 0\.18\.0.* use the target triton-engine/,
  },
  { name: "a model over hosts", plan: twoHosts("vllm"), says: /use the target vllm/ },
  {
    name: "a path that a container can't be given",
    plan: changed(fourOnOne("vllm"), { source: "../models/x" }),
    says: /absolute paths/,
  },
])("$name: refused", ({ plan, says }) => {
  const result = renderDeployment(plan, "compose");
  expect(result.ok ? "" : result.refusals[0]?.text).toMatch(says);
});

const hostilePlan = fc
  .record({
    models: fc.uniqueArray(
      hostileText.map((text) => text.replaceAll(",", "")),
      { minLength: 4, maxLength: 4 },
    ),
    source: hostileText.map((text) => `/srv/${text.replaceAll("..", ".")}`),
    version: fc.constantFrom("0.31.0", `0.31.0$(x)\${Y}`),
  })
  .map(({ models, source, version }) => {
    const plan = fourOnOne("vllm");
    const deployments = plan.deployments.map((each, at) => ({
      ...each,
      model: models[at] ?? "",
      source: at === 0 ? source : each.source,
      engine: { ...each.engine, version },
      quantization: "bf16" as const,
      kvCacheDtype: "bf16" as const,
    }));
    return { ...plan, deployments };
  });

const wellFormed = (text: string): string => text.replace(/\p{Surrogate}/gu, "\u{fffd}");

/** A variable with a default in which nothing could end it or begin another. */
const OR_OTHER = /^\$\{MODEL_PATH_[A-Z0-9_]+:-([A-Za-z0-9._/@+-]+)\}$/;

/** What Compose makes of a text: two dollar signs are one. */
const interpolated = (text: string): string => text.replaceAll("$$", "$");

test("whatever names and paths are, Compose reads them as they are", () => {
  fc.assert(
    fc.property(hostilePlan, (plan) => {
      const all = Object.values(services(plan));
      const names = all.map((each) =>
        (each["command"] as string[]).find((word) => word.startsWith("--served-model-name=")),
      );
      expect(names.map((name) => interpolated(name ?? "").slice(20))).toEqual(
        plan.deployments.map(({ model }) => wellFormed(model)),
      );
      const [mount] = (all[0]?.["volumes"] ?? []) as { source: string }[];
      const source = wellFormed(plan.deployments[0]?.source ?? "");
      expect(interpolated((mount?.source ?? "").replace(OR_OTHER, "$1"))).toBe(source);
      for (const word of all.flatMap((each) => each["command"] as string[])) {
        expect(word.replace(OR_OTHER, "").replaceAll("$$", "")).not.toContain("$");
      }
    }),
    { numRuns: 60 },
  );
});

describeWith("docker-compose", "docker-compose", () => {
  const VARIABLES = {
    MODEL_PATH_QWEN_7B: "/srv/q",
    MODEL_PATH_ECRIVAIN_D_ETE: "/srv/e",
    MODEL_PATH_LLAMA_3B: "/srv/l.gguf",
    MODEL_PATH_MISTRAL_7B: "/srv/m.gguf",
  };

  function config(folder: string): {
    readonly status: number | null;
    readonly out: string;
    readonly err: string;
  } {
    const { status, stdout, stderr } = spawnSync(DOCKER_COMPOSE, ["config"], {
      cwd: join(folder, "bundle"),
      encoding: "utf8",
      env: { PATH: process.env["PATH"] ?? "", ...VARIABLES },
    });
    return { status, out: stdout, err: stderr };
  }

  test.each([
    { name: "four engines", plan: fourEngines() },
    { name: "four on one", plan: fourOnOne("tensorrt-llm") },
    { name: "twelve cards, vLLM", plan: twelveCards("vllm") },
    { name: "twelve cards, SGLang", plan: twelveCards("sglang") },
    { name: "twelve cards, llama.cpp", plan: twelveCards("llama.cpp") },
    { name: "TensorRT engines", plan: twelveCards("tensorrt-llm-engine") },
  ])("takes $name", ({ plan }) => {
    const ran = config(renderBundle(plan, "compose").folder);
    expect(ran).toMatchObject({ status: 0, err: "" });
    expect(Object.keys(parse(ran.out).services)).toHaveLength(4);
  });

  /** Command and mounts of a service with these variables set, as Compose reads them. */
  function withVariables(
    name: string,
    variables: Readonly<Record<string, string>>,
  ): { readonly command: readonly string[]; readonly volumes: readonly string[] } {
    const { folder } = renderBundle(fourEngines(), "compose");
    const { stdout } = spawnSync(DOCKER_COMPOSE, ["config"], {
      cwd: join(folder, "bundle"),
      encoding: "utf8",
      env: { PATH: process.env["PATH"] ?? "", ...variables },
    });
    return parse(stdout).services[name];
  }

  test("a model of the Hub comes from a folder of the host where its variable names one", () => {
    const fromHub = withVariables("small", {});
    expect(fromHub.command).toContain("Qwen/Qwen2.5-0.5B-Instruct");
    const own = withVariables("small", { MODEL_PATH_SMALL: "/data/qwen" });
    expect(own.command).toContain("/data/qwen");
    expect(own.command).not.toContain("Qwen/Qwen2.5-0.5B-Instruct");
    expect(JSON.stringify(own.volumes)).toContain("/data/qwen");
  });

  test("a folder of the plan gives way to the one that its variable names", () => {
    const own = withVariables("coder", { MODEL_PATH_CODER: "/data/coder" });
    expect(JSON.stringify(own.volumes)).toContain("/data/coder");
    expect(JSON.stringify(own.volumes)).not.toContain("/srv/models/coder");
  });

  test("says which variable is missing", () => {
    const { folder } = renderBundle(twelveCards("tensorrt-llm"), "compose");
    const ran = spawnSync(DOCKER_COMPOSE, ["config"], {
      cwd: join(folder, "bundle"),
      encoding: "utf8",
      env: { PATH: process.env["PATH"] ?? "" },
    });
    expect(ran.status).not.toBe(0);
    expect(ran.stderr).toContain("MODEL_PATH_QWEN_7B");
  });

  test("reads hostile names and paths as they are", () => {
    fc.assert(
      fc.property(hostilePlan, (plan) => {
        const result = renderDeployment(plan, "compose");
        const { out, status } = config(writeBundle(result.ok ? result.artifacts : []).folder);
        expect(status).toBe(0);
        const commands = Object.values(
          parse(out).services as Record<string, { command: string[] }>,
        ).map(({ command }) => command.map(interpolated));
        for (const { model } of plan.deployments) {
          expect(commands.flat()).toContain(`--served-model-name=${wellFormed(model)}`);
        }
      }),
      { numRuns: 6 },
    );
  });
});
