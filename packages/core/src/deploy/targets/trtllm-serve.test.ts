import { expect, test } from "vitest";
import { parse } from "yaml";
import { fourOnOne, makePlan, twelveCards } from "../../../../../test/fixtures/deploy-plans.ts";
import type { PlanDocument } from "../../documents/plan-document.ts";
import { renderDeployment } from "../render.ts";

function files(plan: PlanDocument, firstPort?: number): ReadonlyMap<string, string> {
  const options = firstPort === undefined ? {} : { firstPort };
  const result = renderDeployment(plan, "trtllm-serve", options);
  return new Map(result.ok ? result.artifacts.map(({ path, text }) => [path, text]) : []);
}

const twelve = files(twelveCards("tensorrt-llm"));

test("the YAML holds the plan's limits, its cap and its fraction", () => {
  expect(parse(twelve.get("config/llama-3b.yaml") ?? "")).toEqual({
    tensor_parallel_size: 2,
    pipeline_parallel_size: 1,
    gpus_per_node: 2,
    allreduce_strategy: "NCCL",
    max_batch_size: 32,
    max_num_tokens: 4096,
    max_seq_len: 8192,
    enable_chunked_prefill: true,
    cuda_graph_config: { enable_padding: true, max_batch_size: 32 },
    kv_cache_config: {
      free_gpu_memory_fraction: twelveCards("tensorrt-llm").deployments[0]?.kv.freeGpuMemFraction,
      max_tokens: 262144,
      dtype: "auto",
      tokens_per_block: 32,
      enable_block_reuse: true,
    },
  });
});

test.each([
  { version: "1.0.0", blockSize: undefined, flag: " --extra_llm_api_options " },
  { version: "1.1.0", blockSize: 32, flag: " --extra_llm_api_options " },
  { version: "1.2.1", blockSize: 32, flag: " --config " },
])("$version is told what it knows", ({ version, blockSize, flag }) => {
  const plan = fourOnOne("tensorrt-llm");
  const deployments = plan.deployments.map((each) => ({
    ...each,
    engine: { ...each.engine, version },
  }));
  const all = files({ ...plan, deployments });
  expect(parse(all.get("config/chat.yaml") ?? "").kv_cache_config.tokens_per_block).toBe(blockSize);
  expect(all.get("start/chat.sh")).toContain(flag);
  expect(all.get("README.md")).toContain(`nvcr.io/nvidia/tensorrt-llm/release:${version}`);
});

test("no knob of the YAML stands on the command line", () => {
  for (const [path, text] of twelve) {
    if (path.startsWith("start/")) {
      expect(text.match(/ --[a-z_]+/g)).toEqual([" --host", " --port", " --config"]);
    }
  }
});

test("cards are pinned by UUID in the order of ranks, and without peer-to-peer NCCL is told", () => {
  const { gpus } = twelveCards("tensorrt-llm");
  const script = twelve.get("start/llama-3b.sh");
  expect(script).toContain(`CUDA_VISIBLE_DEVICES=${gpus[0]?.uuid},${gpus[3]?.uuid}\n`);
  expect(script).toContain("export CUDA_DEVICE_ORDER=PCI_BUS_ID\n");
  expect(script).toContain("export NCCL_P2P_DISABLE=1\n");
  expect(twelve.get("start/qwen-7b.sh")).not.toContain("NCCL");
});

test("without the UUID of every card all are pinned by index, with the reason", () => {
  const plan = twelveCards("tensorrt-llm");
  const gpus = plan.gpus.map(({ uuid, ...gpu }) =>
    gpu.index === 3 ? gpu : { ...gpu, ...(uuid ? { uuid } : {}) },
  );
  const script = files({ ...plan, gpus }).get("start/llama-3b.sh");
  expect(script).toContain("CUDA_VISIBLE_DEVICES=0,3\n");
  expect(script).toContain("# By index: the inventory did not print the UUID of every card.");
});

test("with peer-to-peer nothing is switched off", () => {
  const plan = twelveCards("tensorrt-llm");
  const deployments = plan.deployments.map((each) => ({ ...each, hasPeerToPeer: true }));
  const all = [...files({ ...plan, deployments }).values()].join();
  expect(all).not.toContain("allreduce_strategy");
  expect(all).not.toContain("NCCL_P2P_DISABLE");
});

test("weights that have to be made are asked for, never replaced by what is there", () => {
  const script = twelve.get("start/qwen-7b.sh");
  expect(script).toContain(`model=\${MODEL_PATH_QWEN_7B:-}\n`);
  expect(script).not.toContain("/srv/models");
  expect(twelve.get("README.md")).toContain("bf16 to int4-awq");
});

test("ports are unique and count up from the first", () => {
  const scripts = [...files(fourOnOne("tensorrt-llm"), 9000)].filter(([path]) =>
    path.startsWith("start/"),
  );
  const ports = scripts.map(([, text]) => /--port (\d+)/.exec(text)?.[1]);
  expect(ports.toSorted()).toEqual(["9000", "9001", "9002", "9003"]);
});

test("an FP8 KV cache is said, 16 bits are the engine's own choice", () => {
  const four = files(fourOnOne("tensorrt-llm"));
  expect(four.get("config/Ecrivain-d-ete.yaml")).toContain("dtype: fp8\n");
  expect(four.get("config/chat.yaml")).toContain("dtype: auto\n");
});

test.each([
  { version: "1.0.0", flag: "--extra_llm_api_options", hasName: false },
  { version: "1.2.1", flag: "--config", hasName: false },
  { version: "1.3.0rc23", flag: "--config", hasName: true },
])("$version takes $flag", ({ version, flag, hasName }) => {
  const plan = fourOnOne("tensorrt-llm");
  const deployments = plan.deployments.map((each) => ({
    ...each,
    engine: { ...each.engine, version },
  }));
  const script = files({ ...plan, deployments }).get("start/Ecrivain-d-ete.sh") ?? "";
  expect(script).toContain(`${flag} "$here/../config/Ecrivain-d-ete.yaml"`);
  expect(script.includes("--served_model_name='Écrivain d'\\''été'")).toBe(hasName);
});

test("uneven stages and experts have their keys", () => {
  const plan = makePlan({
    engine: "tensorrt-llm",
    hosts: [{ name: "h", cards: ["rtx-3090", "rtx-3090", "rtx-4090", "rtx-4090"] }],
    models: [
      {
        model: "moe",
        tp: 2,
        pp: 2,
        ep: 2,
        stageLayers: [10, 18],
        gpus: ["h:0", "h:1", "h:2", "h:3"],
        weightsGib: 4,
        kvTokens: 8192,
        kvBytesPerToken: 1024,
      },
    ],
  });
  expect(parse(files(plan).get("config/moe.yaml") ?? "")).toMatchObject({
    tensor_parallel_size: 2,
    pipeline_parallel_size: 2,
    pp_partition: [10, 18],
    moe_expert_parallel_size: 2,
    gpus_per_node: 4,
  });
});
