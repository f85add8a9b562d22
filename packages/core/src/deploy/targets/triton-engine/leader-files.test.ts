import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { twelveCards, twoOnOne } from "../../../../../../test/fixtures/deploy-plans.ts";
import { removeBundles, renderBundle } from "../../../../../../test/support/run-bundle.ts";
import { endpointsOf } from "../../endpoints-of.ts";
import { renderDeployment } from "../../render.ts";
import { renderBundle as renderAll } from "../../render-bundle.ts";

removeBundles();

const engines = twelveCards("tensorrt-llm-engine");

/** A bundle of start scripts whose mpirun prints its words, with what the first of its servers needs. */
function started(prepare: { readonly hasEngine: boolean; readonly hasTemplates: boolean }) {
  const folders = { models: "models", engines: "engines" };
  const it = renderBundle(engines, "scripts", {
    modelsFolder: "/MODELS",
    enginesFolder: "/ENGINES",
  });
  const script = it.read("bundle/triton/llama-3b/start.sh");
  const inHere = (text: string): string =>
    text
      .replaceAll("/MODELS", join(it.folder, folders.models))
      .replaceAll("/ENGINES", join(it.folder, folders.engines));
  it.write("bundle/triton/llama-3b/start.sh", inHere(script));
  const engine = /need \/ENGINES\/(\S+)\/config.json/.exec(script)?.[1] ?? "";
  const make = (path: string): void => {
    mkdirSync(join(it.folder, path, ".."), { recursive: true });
    it.write(path, path);
  };
  make("models/meta-llama-Llama-3.2-3B-Instruct/config.json");
  if (prepare.hasEngine) {
    make(`engines/${engine}/config.json`);
  }
  for (const name of prepare.hasTemplates ? ["preprocessing", "postprocessing"] : []) {
    make(`templates/${name}/1/model.py`);
  }
  it.program("mpirun", `printf '%s\\n' "$CUDA_VISIBLE_DEVICES" "$@" >"$FOLDER/ran"`);
  const run = (more: Readonly<Record<string, string>> = {}) =>
    it.run("start/llama-3b.sh", {
      FOLDER: it.folder,
      BERTH_TEMPLATES: join(it.folder, "templates"),
      ...more,
    });
  return { it, run };
}

describe("a Triton that leads itself", () => {
  test("puts its repository together and starts a rank a card, the first of which answers", () => {
    const { it, run } = started({ hasEngine: true, hasTemplates: true });
    expect(run({ BERTH_HOST: "0.0.0.0" })).toMatchObject({ code: 0, err: "" });
    const [cards, ...words] = it.read("ran").trim().split("\n");
    expect(cards?.split(",")).toHaveLength(2);
    expect(words.slice(0, 3)).toEqual(["--allow-run-as-root", "-n", "1"]);
    const ranks = words.slice(1).join(" ").split(" : ");
    expect(ranks).toHaveLength(2);
    expect(ranks[0]).not.toContain("--load-model");
    expect(ranks[1]).toContain("--load-model=tensorrt_llm_llama-3b ");
    for (const rank of ranks) {
      expect(rank).toContain("--http-port=8000 --grpc-address=0.0.0.0 --grpc-port=9000 ");
      expect(rank).toContain("--metrics-port=10000 ");
    }
    const repository = "bundle/run/llama-3b";
    expect(it.read(`${repository}/llama-3b/config.pbtxt`)).toContain('platform: "ensemble"');
    expect(it.read(`${repository}/preprocessing_Llama-3.2-3B-Instruct/1/model.py`)).toContain(
      "pre",
    );
    // again, over what is there
    expect(run().code).toBe(0);
  });

  test("in a job of Slurm starts more ranks than the job has tasks", () => {
    const { it, run } = started({ hasEngine: true, hasTemplates: true });
    expect(run({ SLURM_JOB_ID: "7" }).code).toBe(0);
    expect(it.read("ran")).toContain("--allow-run-as-root\n--oversubscribe\n-n\n");
  });

  test.each([
    {
      what: "its engine",
      has: { hasEngine: false, hasTemplates: true },
      says: "build.sh makes it",
    },
    {
      what: "TensorRT-LLM's own code",
      has: { hasEngine: true, hasTemplates: false },
      says: "it comes with TensorRT-LLM",
    },
  ])("without $what says what is missing", ({ has, says }) => {
    const ran = started(has).run();
    expect(ran.code).toBe(1);
    expect(ran.err).toContain(says);
  });

  test("shows its three ports, keeps its place in the order, and reads what its configurations name", () => {
    const result = renderDeployment(twoOnOne("tensorrt-llm-engine"), "compose", {
      enginesFolder: "/fast",
    });
    const file = result.ok
      ? result.artifacts.find(({ path }) => path === "compose.yaml")
      : undefined;
    const { chat, "chat-long": long } = parse(file?.text ?? "").services;
    expect(chat.ports.map((port: string) => port.split(":").at(-1))).toEqual([
      "8000",
      "9000",
      "10000",
    ]);
    expect(long.depends_on).toEqual({ chat: { condition: "service_healthy" } });
    expect(long.ports[0]).toMatch(/:8001$/);
    const targets = chat.volumes.map(({ target }: { target: string }) => target);
    expect(targets.slice(0, 2)).toEqual(["/models", "/fast"]);
    const config = result.ok
      ? result.artifacts.find(({ path }) => path.endsWith("/tensorrt_llm_chat.pbtxt"))
      : undefined;
    expect(config?.text).toMatch(/string_value: "\/fast\//);
  });
});

describe("a router before Tritons of their own", () => {
  const plan = twoOnOne("tensorrt-llm-engine");

  test.each(["compose", "systemd", "slurm"] as const)(
    "of %s is litellm, and no other",
    (target) => {
      expect(endpointsOf(plan, target)[0]).toMatchObject({
        api: "triton-ensemble",
        name: "chat",
        port: 8000,
        readyPath: "/v2/models/chat/ready",
        keptBy: target,
      });
      const wish = { target, options: {} };
      expect(renderAll(plan, { ...wish, router: { id: "litellm" } }).ok).toBe(true);
      const refused = renderAll(plan, { ...wish, router: { id: "haproxy" } });
      expect(refused.ok ? [] : refused.reasons).toEqual([
        expect.stringContaining("the router litellm translates them"),
      ]);
    },
  );
});

test("engines beside others are started in one order, each by a script of its own", () => {
  const [first, second] = twoOnOne("tensorrt-llm-engine").deployments;
  const other = twoOnOne("vllm");
  const deployments = [first, other.deployments[1]].flatMap((each) => each ?? []);
  const plan = { ...other, deployments };
  expect(second).toBeDefined();
  const wish = { target: undefined, router: undefined };
  const bundle = renderAll(plan, { ...wish, options: {} });
  expect(bundle.ok ? bundle.targets : []).toEqual(["scripts"]);
  const all = bundle.ok ? bundle.artifacts.find(({ path }) => path === "start-all.sh")?.text : "";
  expect(all).toMatch(/^start chat 8000 \/v2\/health\/ready\nstart chat-long 8001 \/health$/m);
  // one Triton for all engines is a launcher of its own
  const apart = renderAll(plan, { ...wish, options: { tritonMode: "orchestrator" } });
  expect(apart.ok ? apart.targets : []).toEqual(["triton-engine", "vllm"]);
  const packed = renderDeployment(plan, "compose", { tritonMode: "orchestrator" });
  expect(packed.ok ? [] : packed.refusals.map(({ reason }) => reason.code)).toEqual([
    "leads-itself",
  ]);
});

describe("BLS models", () => {
  const BLS = { tritonBls: true } as const;

  function file(path: string, options = {}): string {
    const result = renderDeployment(twoOnOne("tensorrt-llm-engine"), "triton-engine", {
      ...BLS,
      ...options,
    });
    return result.ok ? (result.artifacts.find((each) => each.path === path)?.text ?? "") : "";
  }

  test("are the public models, and call the text models by TensorRT-LLM's own names", () => {
    const config = file("repository/chat/config.pbtxt");
    expect(config).toContain('backend: "python"');
    expect(config).toMatch(/"tensorrt_llm_model_name"[\s\S]*?string_value: "tensorrt_llm_chat"/);
    // 65536 tokens hold 8 sequences of 8192, of the 32 that the engine takes
    expect(config).toMatch(/instance_group \[\s*\{\s*count: 8/);
    expect(file("repository/preprocessing/config.pbtxt")).toContain('name: "VISION_INPUT_ID"');
    expect(file("repository/tensorrt_llm_chat/config.pbtxt")).toContain(
      'name: "num_output_tokens"',
    );
    expect(file("fetch-templates.sh")).toContain("copy tensorrt_llm_bls repository/chat\n");
  });

  test("need one tokenizer a Triton", () => {
    const refused = renderDeployment(engines, "triton-engine", BLS);
    expect(refused.ok ? [] : refused.refusals.map(({ text }) => text)).toEqual([
      expect.stringMatching(/have 3 tokenizers; leave --triton-bls out, or .*--triton-mode leader/),
    ]);
    expect(renderDeployment(engines, "triton-engine", { ...BLS, tritonMode: "leader" }).ok).toBe(
      true,
    );
    expect(renderDeployment(engines, "compose", BLS).ok).toBe(true);
  });
});
