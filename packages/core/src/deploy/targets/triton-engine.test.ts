import { describe, expect, test } from "vitest";
import { fourOnOne, twelveCards } from "../../../../../test/fixtures/deploy-plans.ts";
import {
  ensembleSteps,
  messages,
  type PbFields,
  readPbtxt,
  texts,
  triton,
} from "../../../../../test/support/read-pbtxt.ts";
import type { PlanDeployment, PlanDocument } from "../../documents/plan-document.ts";
import { renderDeployment } from "../render.ts";

const twelvePlan = twelveCards("tensorrt-llm-engine");
const fourPlan = fourOnOne("tensorrt-llm-engine");

function files(plan: PlanDocument): ReadonlyMap<string, string> {
  const result = renderDeployment(plan, "triton-engine");
  return new Map(result.ok ? result.artifacts.map(({ path, text }) => [path, text]) : []);
}

/** Every model of the repository by its folder's name. */
function configs(plan: PlanDocument): ReadonlyMap<string, PbFields> {
  return new Map(
    [...files(plan)].flatMap(([path, text]) => {
      const folder = /^repository\/([^/]+)\/config\.pbtxt$/.exec(path)?.[1];
      return folder === undefined ? [] : [[folder, readPbtxt(text)] as const];
    }),
  );
}

function changed(at: number, change: Partial<PlanDeployment>): PlanDocument {
  return {
    ...twelvePlan,
    deployments: twelvePlan.deployments.map((each, index) =>
      index === at ? { ...each, ...change } : each,
    ),
  };
}

const engineModels = (plan: PlanDocument): (readonly [string, PbFields])[] =>
  [...configs(plan)].filter(([name]) => name.startsWith("tensorrt_llm_"));

describe.each([
  { name: "twelve cards", plan: twelvePlan, gpuCount: 12 },
  { name: "four on one", plan: fourPlan, gpuCount: 1 },
])("$name", ({ plan, gpuCount }) => {
  test("every config is strict protobuf text, named after its folder, with a version folder", () => {
    for (const [folder, config] of configs(plan)) {
      expect(config.get("name")).toEqual([folder]);
      expect(files(plan).has(`repository/${folder}/1/.gitkeep`)).toBe(true);
    }
  });

  test("no placeholder is left in a config", () => {
    const texts = [...files(plan)].filter(([path]) => path.endsWith(".pbtxt"));
    expect(texts.filter(([, text]) => text.includes("${"))).toEqual([]);
  });

  const all = configs(plan);
  const ensembles = [...all].filter(([, config]) => ensembleSteps(config).length > 0);

  test.each(ensembles)("the steps of %s are models of the repository", (name, config) => {
    const models = texts(ensembleSteps(config), "model_name");
    expect(models.map((model) => model.split("_")[0])).toEqual([
      "preprocessing",
      "tensorrt",
      "postprocessing",
    ]);
    expect(models.filter((model) => !all.has(model))).toEqual([]);
    const batch = config.get("max_batch_size")?.[0] as number;
    for (const model of models) {
      expect(all.get(model)?.get("max_batch_size")?.[0]).toBeGreaterThanOrEqual(batch);
    }
    expect(name).not.toContain("tensorrt_llm_");
  });

  test.each(ensembles)("tensors that %s passes exist on both sides", (_name, config) => {
    const given = new Set(texts(messages(config, "input"), "name"));
    for (const step of ensembleSteps(config)) {
      const model = all.get(texts([step], "model_name")[0] ?? "");
      const [inputs, outputs] = ["input", "output"].map((field) =>
        texts(messages(model, field), "name"),
      );
      const [takes, gives] = ["input_map", "output_map"].map((field) => messages(step, field));
      expect(inputs).toEqual(expect.arrayContaining([...texts(takes ?? [], "key")]));
      expect([...given]).toEqual(expect.arrayContaining([...texts(takes ?? [], "value")]));
      expect(outputs).toEqual(expect.arrayContaining([...texts(gives ?? [], "key")]));
      for (const value of texts(gives ?? [], "value")) {
        given.add(value);
      }
    }
    const outputs = texts(messages(config, "output"), "name");
    expect([...given]).toEqual(expect.arrayContaining([...outputs]));
  });

  test("each set of cards is one instance, unique in it, and below gpus_per_node", () => {
    for (const [, config] of engineModels(plan)) {
      const sets = (triton(config).get("gpu_device_ids") ?? "").split(";");
      const group = config.get("instance_group")?.[0] as PbFields;
      expect(group.get("count")).toEqual([sets.length]);
      expect(group.get("kind")).toEqual([{ word: "KIND_CPU" }]);
      for (const ids of sets.map((set) => set.split(",").map(Number))) {
        expect(new Set(ids).size).toBe(ids.length);
        expect(Math.max(...ids)).toBeLessThan(Math.max(gpuCount, 8));
      }
    }
  });

  test("what the backend must be told is told, and what it refuses is not there", () => {
    for (const [, config] of engineModels(plan)) {
      const parameters = triton(config);
      expect(config.get("backend")).toEqual(["tensorrtllm"]);
      expect(parameters.get("gpt_model_type")).toBe("inflight_fused_batching");
      expect(Number(parameters.get("max_tokens_in_paged_kv_cache"))).toBeGreaterThan(0);
      expect(Number(parameters.get("kv_cache_free_gpu_mem_fraction"))).toBeGreaterThan(0);
      expect(Number(parameters.get("kv_cache_free_gpu_mem_fraction"))).toBeLessThan(1);
      expect(parameters.has("participant_ids")).toBe(false);
      const policy = config.get("model_transaction_policy")?.[0] as PbFields;
      expect(policy.get("decoupled")).toEqual([true]);
    }
  });

  test("the server takes no memory on cards, loads nothing by itself and one model at a time", () => {
    const start = files(plan).get("start.sh") ?? "";
    const pools = [...start.matchAll(/--cuda-memory-pool-byte-size=(\d+):0/g)];
    expect(pools.map(([, gpu]) => Number(gpu))).toEqual(
      Array.from({ length: gpuCount }, (_, i) => i),
    );
    for (const flag of [
      "TRTLLM_ORCHESTRATOR=1",
      "CUDA_DEVICE_ORDER=PCI_BUS_ID",
      "--model-control-mode=explicit",
      "--model-load-thread-count=1",
      "--pinned-memory-pool-byte-size=0",
      "--enable-peer-access=false",
      "--disable-auto-complete-config",
      "--backend-config=python,shm-region-prefix-name=",
    ]) {
      expect(start).toContain(flag);
    }
    expect(start).not.toContain("--load-model");
  });

  test("engines are loaded in the plan's order, each ensemble after its parts", () => {
    const load = files(plan).get("load-models.sh") ?? "";
    const order = [...load.matchAll(/^load (\S+)$/gm)].map(([, name]) => name ?? "");
    expect(new Set(order)).toEqual(new Set(configs(plan).keys()));
    expect(order.length).toBe(configs(plan).size);
    const models = [...new Set(plan.deployments.map(({ model }) => model))];
    expect(order.filter((name) => name.startsWith("tensorrt_llm_")).length).toBe(models.length);
  });
});

test("replicas with equal knobs are instances of one model", () => {
  const config = configs(twelvePlan).get("tensorrt_llm_mistral-7b");
  expect(config && triton(config).get("gpu_device_ids")).toBe("8,9;10,11");
});

test("replicas with different fractions are models of their own, and share one engine", () => {
  const last = twelvePlan.deployments[3];
  const plan = changed(3, last ? { kv: { ...last.kv, freeGpuMemFraction: 0.5 } } : {});
  const all = configs(plan);
  const paths = ["tensorrt_llm_mistral-7b", "tensorrt_llm_mistral-7b-2"].map((name) => {
    const config = all.get(name);
    return config && triton(config).get("gpt_model_path");
  });
  expect(all.has("mistral-7b-2")).toBe(true);
  expect(paths[0]).toBe(paths[1]);
  expect(paths[0]).toBeDefined();
});

test("models from the same files share one pair of text models", () => {
  const names = [...configs(fourPlan).keys()].filter((name) => name.startsWith("preprocessing_"));
  expect(names.length).toBe(3);
});

test("a public name never takes the name of an inner model", () => {
  const plan = changed(1, { model: "tensorrt_llm_llama-3b", source: "x/y" });
  expect(
    [...configs(plan).keys()].filter((name) => name.startsWith("tensorrt_llm_")).toSorted(),
  ).toEqual([
    "tensorrt_llm_llama-3b",
    "tensorrt_llm_llama-3b-2",
    "tensorrt_llm_mistral-7b",
    "tensorrt_llm_tensorrt_llm_llama-3b",
  ]);
});

test("two hosts are two servers, each with a repository of its own", () => {
  const plan: PlanDocument = {
    ...twelvePlan,
    hosts: [
      { name: "box1", gpuCount: 8 },
      { name: "box2", gpuCount: 4 },
    ],
    gpus: twelvePlan.gpus.map((gpu) =>
      gpu.index < 8 ? gpu : { ...gpu, host: "box2", index: gpu.index - 8 },
    ),
  };
  const all = files(plan);
  expect(all.has("hosts/box1/repository/tensorrt_llm_llama-3b/config.pbtxt")).toBe(true);
  const config = readPbtxt(
    all.get("hosts/box2/repository/tensorrt_llm_mistral-7b/config.pbtxt") ?? "",
  );
  expect(triton(config).get("gpu_device_ids")).toBe("0,1;2,3");
  expect(all.get("hosts/box1/build.sh")).not.toContain("--gpus_per_node 12");
});

// int8 has no paged prefill at all, fp8 only with fp8 weights from compute capability 8.9 on
test.each([
  { kvCacheDtype: "bf16", quantization: "bf16", reuse: "true", flag: "enable" },
  { kvCacheDtype: "int8", quantization: "int8-sq", reuse: "false", flag: "disable" },
  { kvCacheDtype: "fp8", quantization: "bf16", reuse: "false", flag: "disable" },
] as const)("a $kvCacheDtype KV cache: reuse $reuse", ({ reuse, flag, ...change }) => {
  const plan = changed(0, change);
  const config = configs(plan).get("tensorrt_llm_llama-3b");
  expect(config && triton(config).get("enable_kv_cache_reuse")).toBe(reuse);
  expect(files(plan).get("build.sh")).toContain(`--use_paged_context_fmha ${flag}`);
});
