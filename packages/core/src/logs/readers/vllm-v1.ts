import type { LogTable } from "./log-table.ts";

const RUNNER = "vllm-project/vllm vllm/v1/worker/gpu_model_runner.py";
const WORKER = "vllm-project/vllm vllm/v1/worker/gpu_worker.py";
const CACHE = "vllm-project/vllm vllm/v1/core/kv_cache_utils.py";
const USAGE = "Actual usage is ";

/** V1, from 0.8. What it prints as "GB" is GiB. */
export const vllmV1Log: LogTable = {
  engine: "vllm",
  versionAfter: ["LLM engine (v", "API server version "],
  modelAfter: ["config: model='"],
  patterns: [
    { term: "weights", after: "Model loading took ", source: RUNNER },
    { term: "free-at-start", after: "Free memory on device (", source: WORKER },
    { term: "device-total", on: "Free memory on device (", after: "/", source: WORKER },
    { term: "weights", on: USAGE, before: " for weight,", source: WORKER },
    { term: "weights-and-outside", on: USAGE, before: " for consumed memory", source: WORKER },
    { term: "activations", on: USAGE, before: " for peak activation", source: WORKER },
    { term: "outside-torch", on: USAGE, before: " for non-torch memory", source: WORKER },
    { term: "graphs", on: USAGE, before: " for CUDAGraph memory", source: WORKER },
    { term: "graphs", after: "Estimated CUDA graph memory: ", source: RUNNER },
    { term: "kv-budget", after: "Current kv cache memory in use is ", source: WORKER },
    { term: "kv-budget", after: "Available KV cache memory: ", source: WORKER },
    { term: "kv", after: "GPU KV cache size: ", unit: "tokens", source: CACHE },
    { term: "graphs", on: "Graph capturing finished in", after: "took ", source: RUNNER },
  ],
};
