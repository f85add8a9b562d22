import type { LogTable } from "./log-table.ts";

const RUNNER = "vllm-project/vllm vllm/worker/model_runner.py (0.4 to 0.8)";
const WORKER = "vllm-project/vllm vllm/worker/worker.py (0.6 to 0.8)";
const PULL_10909 = "https://github.com/vllm-project/vllm/pull/10909";
const EXECUTOR = "vllm-project/vllm vllm/executor/executor_base.py (0.4 to 0.8)";
const PROFILED = "Memory profiling results:";

/** V0, the default up to 0.7. Its "GB" of weights is GiB. */
export const vllmV0Log: LogTable = {
  engine: "vllm",
  versionAfter: ["LLM engine (v", "API server version "],
  modelAfter: ["config: model='"],
  patterns: [
    { term: "weights", after: "Loading model weights took ", source: RUNNER },
    {
      term: "device-total",
      on: "the current vLLM instance can use",
      after: "total_gpu_memory (",
      source: WORKER,
    },
    { term: "weights", after: "model weights take ", source: WORKER },
    { term: "outside-torch", after: "non_torch_memory takes ", source: WORKER },
    { term: "activations", after: "PyTorch activation peak memory takes ", source: WORKER },
    {
      term: "kv-budget",
      after: "the rest of the memory reserved for KV Cache is ",
      source: WORKER,
    },
    { term: "device-total", on: PROFILED, after: "total_gpu_memory=", source: PULL_10909 },
    { term: "outside-torch", on: PROFILED, after: "non_torch_memory=", source: PULL_10909 },
    { term: "kv-budget", on: PROFILED, after: "kv_cache_size=", source: PULL_10909 },
    { term: "peak", on: PROFILED, after: "peak_torch_memory=", source: PULL_10909 },
    { term: "kv", after: "# GPU blocks: ", unit: "blocks", source: EXECUTOR },
    { term: "kv", after: "# cuda blocks: ", unit: "blocks", source: EXECUTOR },
  ],
};
