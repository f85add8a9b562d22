import type { LogTable } from "./log-table.ts";

const RUNNER = "sgl-project/sglang python/sglang/srt/model_executor/model_runner.py";
const POOL = "sgl-project/sglang python/sglang/srt/mem_cache/memory_pool.py";
const SCHEDULER = "sgl-project/sglang python/sglang/srt/managers/scheduler.py";
const KV = "KV Cache is allocated.";
const STATE = "Mamba Cache is allocated.";

/** What it prints as "GB" is GiB. Layers with windows, and a draft model, have pools of their own, which add up. */
export const sglangLog: LogTable = {
  engine: "sglang",
  modelAfter: ["model_path='"],
  patterns: [
    { term: "free-before-load", on: "Load weight begin.", after: "avail mem=", source: RUNNER },
    { term: "weights", on: "Load weight end.", after: "mem usage=", source: RUNNER },
    { term: "free-after-load", on: "Load weight end.", after: "avail mem=", source: RUNNER },
    { term: "kv", on: KV, after: " K size: ", adds: true, source: POOL },
    { term: "kv", on: KV, after: " V size: ", adds: true, source: POOL },
    { term: "kv", on: KV, after: " KV size: ", adds: true, source: POOL },
    { term: "kv", on: KV, after: "#tokens: ", unit: "tokens", source: POOL },
    { term: "kv", after: "max_total_num_tokens=", unit: "tokens", source: SCHEDULER },
    { term: "state", on: STATE, after: "conv_state size: ", adds: true, source: POOL },
    { term: "state", on: STATE, after: "ssm_state size: ", adds: true, source: POOL },
    { term: "graphs", on: "Capture cuda graph end.", after: "mem usage=", source: RUNNER },
    { term: "free-at-end", on: "Memory pool end.", after: "avail mem=", source: RUNNER },
    {
      term: "free-at-end",
      on: "max_total_num_tokens=",
      after: "available_gpu_mem=",
      source: SCHEDULER,
    },
  ],
};
