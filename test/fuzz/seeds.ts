// What a fuzzer starts from: real captures, the repository's own examples, and what Berth itself writes.
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { PlanDocument } from "@berth/core";
import { readLog } from "@berth/core/logs";
import { calibrate, compareWithPlan, type VerifyDocument } from "@berth/core/verify";
import { fiveEngines } from "../fixtures/five-engines.ts";
import { plannedLog } from "../fixtures/planned-logs.ts";

const ROOT = join(import.meta.dirname, "../..");

function filesIn(folder: string, wanted: RegExp): readonly string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => wanted.test(name) && basename(name) !== "README.md")
    .sort()
    .map((name) => readFileSync(join(ROOT, folder, name), "utf8"));
}

export const captures = (): readonly string[] => [
  ...filesIn("test/fixtures/nvidia-smi", /\.(txt|csv|xml)$/),
  ...filesIn("examples/inventory", /one-4090\.xml$/),
];

export const fleets = (): readonly string[] => [...filesIn("examples", /^[^/]+\.yaml$/), LOADED];

/** A fleet with workloads, which the examples have few of. */
const LOADED = `
vars: { users: 300, turns: users * 2 }
hosts: [{ name: box1, gpus: [{ gpu: rtx-4090, count: 2 }], reserve: 1 GiB, cards: [{ index: [0], labels: [a] }] }]
policy: { chanceToFit: 0.99, survive: none }
models:
  - name: chat
    model: Qwen/Qwen3-8B
    maxSeqLen: 8k
    concurrency: { least: 1, want: 4 }
    workload: { rate: turns / 600, prompt: { median: 500, p95: 4000 }, output: { quantiles: [{ share: 0.5, tokens: 100 }, { share: 1, tokens: 1000 }] }, sharedPrefix: { tokens: 200, share: 0.5 }, targets: [{ metric: ttft, most: 500 ms }] }
  - { name: traced, model: Qwen/Qwen2.5-0.5B, workload: { trace: azure.csv } }
`;

export const presets = (): readonly string[] =>
  filesIn("data/models", /\.json$/).flatMap((text) => {
    const { config } = JSON.parse(text) as { readonly config?: object };
    return config === undefined ? [] : [JSON.stringify(config)];
  });

export const smallConfigs = (): readonly string[] =>
  readFileSync(join(ROOT, "test/fixtures/hf-counts.jsonl"), "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.stringify((JSON.parse(line) as { readonly config: object }).config));

let made: Promise<PlanDocument> | undefined;

/** A plan with all five engines. */
export function plan(): Promise<PlanDocument> {
  made ??= fiveEngines();
  return made;
}

export async function logs(): Promise<readonly string[]> {
  return (await plan()).deployments.map((deployment) => plannedLog(deployment));
}

export async function reports(): Promise<readonly VerifyDocument[]> {
  const made = await plan();
  const named = made.deployments.map((deployment) => ({
    name: `${deployment.model}.log`,
    report: readLog(plannedLog(deployment), { engine: deployment.engine.id, tp: deployment.tp }),
    of: { model: deployment.model, replica: deployment.replica },
  }));
  return [compareWithPlan(made, { logs: named })];
}

export async function calibrations(): Promise<readonly string[]> {
  return [JSON.stringify(calibrate(await reports()))];
}

/** The headers of BurstGPT, of Azure's traces and of our own, with a few requests. */
export const TRACES: readonly string[] = [
  "time,prompt tokens,output tokens\n0,10,20\n0.5,1000,1\n12.25,7,8\n",
  "0,10,20\n1,30,40\n",
  "Timestamp,Model,Request tokens,Response tokens,Total tokens,Log Type\n5,ChatGPT,472,18,490,Conversation log\n45,ChatGPT,1087,230,1317,Conversation log\n118,GPT-4,417,0,417,API log\n",
  "TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:15:46.6805900,374,44\n2023-11-16 18:15:50.9951690,396,109\n2024-05-10T00:00:00.009930Z,2162,5\n",
];

export const METRICS: readonly string[] = [
  'nv_trt_llm_kv_cache_block_metrics{kv_cache_block_type="max",model="chat",version="1"} 640\nnv_trt_llm_kv_cache_block_metrics{kv_cache_block_type="tokens_per",model="chat",version="1"} 64\nnv_gpu_memory_used_bytes{gpu_uuid="GPU-1"} 1000000\n',
  'vllm:cache_config_info{block_size="16",num_gpu_blocks="4000"} 1.0\nvllm:kv_cache_usage_perc{model_name="m"} 0.5\n',
  'sglang:max_total_num_tokens{model_name="m"} 100000\nsglang:num_used_tokens{model_name="m"} 5\n',
  '[{"kvCacheStats":{"maxNumBlocks":640,"tokensPerBlock":32,"usedNumBlocks":3}}]',
  '{"default_generation_settings":{"n_ctx":4096},"total_slots":4,"model_path":"/m.gguf"}',
];

export const EXPRESSIONS: readonly string[] = [
  "users * 0.2 / 60",
  "max(users / 100, 7 % 4, 2)",
  "(1 + 2) users",
  "round(sqrt(2) * 100) - -1 ^ 2",
  "500..4k",
  "8k",
  "250 ms",
];

export const HF_QUANT =
  '{"producer":{"name":"modelopt"},"quantization":{"quant_algo":"FP8","kv_cache_quant_algo":"FP8","exclude_modules":["lm_head","model.layers.*.mlp"]}}';

export const INDEX = JSON.stringify({
  metadata: { total_size: 16_060_522_496 },
  weight_map: Object.fromEntries(
    Array.from({ length: 8 }, (_, i) => [
      `model.layers.${i}.mlp.up_proj.weight`,
      "model-00001-of-00001.safetensors",
    ]),
  ),
});
