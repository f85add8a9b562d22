import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { fourOnOne, twelveCards } from "../../../../../test/fixtures/deploy-plans.ts";
import { type PbFields, readPbtxt } from "../../../../../test/support/read-pbtxt.ts";
import {
  type Bundle,
  removeBundles,
  renderBundle,
} from "../../../../../test/support/run-bundle.ts";
import type { PlanDocument } from "../../documents/plan-document.ts";
import { renderDeployment } from "../render.ts";
import type { RenderOptions } from "./target.ts";

removeBundles();

const twelve = twelveCards("tensorrt-llm");
const four = fourOnOne("tensorrt-llm");

function files(plan: PlanDocument, options: RenderOptions = {}): ReadonlyMap<string, string> {
  const result = renderDeployment(plan, "triton-llmapi", options);
  return new Map(result.ok ? result.artifacts.map(({ path, text }) => [path, text]) : []);
}

/** Folder of each model of each repository → its two descriptions. */
function models(plan: PlanDocument): readonly {
  readonly folder: string;
  readonly config: PbFields;
  readonly yaml: ReturnType<typeof parse>;
}[] {
  const all = files(plan);
  return [...all].flatMap(([path, text]) => {
    const folder = /^(repositories\/[^/]+\/[^/]+)\/config\.pbtxt$/.exec(path)?.[1];
    return folder === undefined
      ? []
      : [
          {
            folder,
            config: readPbtxt(text),
            yaml: parse(all.get(`${folder}/1/model.yaml`) ?? ""),
          },
        ];
  });
}

describe.each([
  { name: "twelve cards", plan: twelve },
  { name: "four on one", plan: four },
])("$name", ({ plan }) => {
  test("every replica is one model in a repository and a server of its own", () => {
    const folders = models(plan).map(({ folder }) => folder.split("/")[1]);
    expect(folders.length).toBe(plan.deployments.length);
    expect(new Set(folders).size).toBe(folders.length);
    for (const { folder, config } of models(plan)) {
      expect(config.get("name")).toEqual([folder.split("/").at(-1)]);
      expect(config.get("backend")).toEqual(["python"]);
    }
  });

  test("what Triton and model.py must both know stands in both", () => {
    for (const { config, yaml } of models(plan)) {
      const policy = config.get("model_transaction_policy")?.[0] as PbFields;
      expect(policy.get("decoupled")).toEqual([true]);
      expect(yaml.triton_config).toEqual({ max_batch_size: 0, decoupled: true });
      expect(config.get("max_batch_size")).toEqual([0]);
      const group = config.get("instance_group")?.[0] as PbFields;
      expect([group.get("count"), group.get("kind")]).toEqual([[1], [{ word: "KIND_CPU" }]]);
    }
  });

  test("model.yaml has the arguments of trtllm-serve, and the model's files", () => {
    const result = renderDeployment(plan, "trtllm-serve");
    const own = models(plan);
    const served = (result.ok ? result.artifacts : [])
      .filter(({ path }) => path.startsWith("config/"))
      .map(({ path, text }) => ({ name: /([^/]+)\.yaml$/.exec(path)?.[1], args: parse(text) }));
    expect(served.length).toBe(own.length);
    for (const { name, args } of served) {
      const yaml = own.find(({ folder }) => folder.startsWith(`repositories/${name}/`))?.yaml;
      const { model, backend, triton_config, ...rest } = yaml;
      expect(rest).toEqual(args);
      expect(backend).toBe("pytorch");
      expect(model).toMatch(/^(\/models\/|\/srv\/|[a-zA-Z-]+\/)/);
    }
  });

  test("no MPI around a server, its own cards only, no memory of Triton's own, names of its own", () => {
    const starts = [...files(plan)].filter(([path]) => /^start\/.*\.sh$/.test(path));
    expect(starts.length).toBe(plan.deployments.length);
    for (const [path, text] of starts) {
      const name = /([^/]+)\.sh$/.exec(path)?.[1] ?? "";
      const { length } = /CUDA_VISIBLE_DEVICES=(.*)/.exec(text)?.[1]?.split(",") ?? [];
      expect(text).not.toMatch(/^exec mpirun|--disable-auto-complete-config|--world_size/m);
      expect(text.match(/--cuda-memory-pool-byte-size=\d:0/g)?.length).toBe(length);
      expect(text).toContain(`shm-region-prefix-name=berth_${name}_`);
      expect(text).toContain("unset LLM_CONFIG_PATH");
    }
  });

  test("no two servers of a host share a port", () => {
    const ports = [...files(plan).values()].flatMap((text) => [
      ...text.matchAll(/--(?:http|grpc|metrics)-port=(\d+)/g),
    ]);
    expect(ports.length).toBe(3 * plan.deployments.length);
    expect(new Set(ports.map(([, port]) => port)).size).toBe(ports.length);
  });
});

test("replicas have one name on ports of their own", () => {
  const folders = models(twelve).map(({ folder }) => folder);
  expect(folders).toEqual(
    expect.arrayContaining([
      "repositories/mistral-7b-r0/mistral-7b",
      "repositories/mistral-7b-r1/mistral-7b",
    ]),
  );
});

test("a checkpoint that has to be made has a place of its own, which the README names", () => {
  const all = files(four, { modelsFolder: "/data" });
  const yaml = parse(all.get("repositories/Ecrivain-d-ete/Ecrivain-d-ete/1/model.yaml") ?? "");
  expect(yaml.model).toBe("/data/example-org-writer-3b-fp8");
  expect(all.get("README.md")).toContain("`/data/example-org-writer-3b-fp8`");
});

test("a version that no published container holds is said", () => {
  const newer = {
    ...four,
    deployments: four.deployments.map((each) => ({
      ...each,
      engine: { ...each.engine, version: "1.3.0rc23" },
    })),
  };
  expect(files(newer).get("README.md")).toContain("none is published with it");
  expect(files(four).get("README.md")).toContain("tritonserver:26.07-trtllm-python-py3");
});

test.each(["orchestrator", "orchestrator-no-spawn"] as const)(
  "%s: one server for all is refused, with the target that can",
  (tritonMode) => {
    const result = renderDeployment(four, "triton-llmapi", { tritonMode });
    const refusals = result.ok ? [] : result.refusals;
    expect(refusals.map(({ reason }) => reason.code)).toEqual(["llmapi-one-server"]);
    expect(refusals[0]?.text).toContain("trtllm-serve");
    expect(renderDeployment(four, "triton-llmapi", { tritonMode: "leader" }).ok).toBe(true);
  },
);

describe("the scripts", () => {
  /** Triton that says what it was started with, and templates to copy. */
  function bundle(): Bundle {
    const it = renderBundle(twelve, "triton-llmapi");
    const templates = join(it.folder, "templates", "1");
    mkdirSync(templates, { recursive: true });
    for (const file of ["model.py", "helpers.py"]) {
      writeFileSync(join(templates, file), `# ${file}\n`);
    }
    return it;
  }

  test("templates go to every model, and a start without them is refused", () => {
    const it = bundle();
    const early = it.run("start/llama-3b.sh");
    expect(early.code).toBe(1);
    expect(early.err).toContain("run fetch-templates.sh first");
    const fetched = it.run("fetch-templates.sh", {
      BERTH_TEMPLATES: join(it.folder, "templates"),
    });
    expect(fetched).toMatchObject({ code: 0, err: "" });
    expect(it.read("bundle/repositories/llama-3b/llama-3b/1/model.py")).toBe("# model.py\n");
  });

  test("templates that are not there are said", () => {
    const it = bundle();
    const ran = it.run("fetch-templates.sh", { BERTH_TEMPLATES: "/nowhere" });
    expect(ran).toMatchObject({
      code: 1,
      err: "fetch-templates: there is no /nowhere/1/model.py\n",
    });
  });

  test("a checkpoint that has to be made first is asked for before anything starts", () => {
    const it = bundle();
    it.run("fetch-templates.sh", { BERTH_TEMPLATES: join(it.folder, "templates") });
    const ran = it.run("start/qwen-7b.sh");
    expect(ran.code).toBe(1);
    expect(ran.err).toContain("there is no /models/srv-models-Qwen2-7B-Instruct-int4-awq/config");
  });
});
