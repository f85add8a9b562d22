import type { LinePattern } from "../pattern.ts";
import type { LogTable } from "./log-table.ts";
import { POOL_PATTERNS } from "./tensorrt-llm-engine.ts";

const UTIL = "NVIDIA/TensorRT-LLM tensorrt_llm/_torch/pyexecutor/_util.py";
const LOADER = "NVIDIA/TensorRT-LLM tensorrt_llm/_torch/models/modeling_utils.py";
const MANAGER_V2 = "NVIDIA/TensorRT-LLM tensorrt_llm/_torch/pyexecutor/kv_cache_manager_v2.py";

const MANAGER_V1 = "NVIDIA/TensorRT-LLM tensorrt_llm/_torch/pyexecutor/resource_manager.py";

const BOTH = "Both free_gpu_memory_fraction and max_tokens are set";
const PROFILE = "in memory usage profiling:";
const PEAK = "Peak memory during memory usage profiling (torch + non-torch):";

/** Manager V1 prints its pool as the C++ one does, twice: the temporary pool of the dry run, then its own. */
const V1: readonly LinePattern[] = [
  ...POOL_PATTERNS,
  // one version divides by 4 GiB and prints no unit: not read
  { term: "free-for-kv", on: BOTH, before: "GiB of total memory", source: MANAGER_V1 },
  { term: "device-total", on: BOTH, after: "GiB of total memory ", source: MANAGER_V1 },
];

/** Manager V2 prints a quota of bytes, unrounded and without a space. */
const V2: readonly LinePattern[] = [
  { term: "kv-limit", after: "Allowed quota from max_tokens is ", source: MANAGER_V2 },
  { term: "kv-limit", after: "New quota is ", source: MANAGER_V2 },
  { term: "kv", after: "KV cache manager v2 device quota set to ", source: MANAGER_V2 },
  { term: "host-kv", after: "KV cache manager v2 host cache quota set to ", source: MANAGER_V2 },
];

/** PyTorch backend: trtllm-serve from 1.0, Triton's LLM-API models. */
export const tensorrtLlmLog: LogTable = {
  engine: "tensorrt-llm",
  versionAfter: ["TensorRT-LLM version:", "TensorRT-LLM Version:"],
  patterns: [
    { term: "weights", on: " uses ", before: " for model weights", source: LOADER },
    { term: "weights", on: "Use ", before: " for model weights", source: LOADER },
    {
      term: "weights",
      on: "after loading model weights (inside torch)",
      after: PROFILE,
      source: UTIL,
    },
    {
      term: "outside-torch-after-load",
      on: "after loading model weights (outside torch)",
      after: PROFILE,
      source: UTIL,
    },
    {
      term: "activations",
      on: "dynamically allocated during inference (inside torch)",
      after: PROFILE,
      source: UTIL,
    },
    { term: "outside-torch", on: "Memory used outside torch", after: PROFILE, source: UTIL },
    { term: "peak", after: PEAK, source: UTIL },
    { term: "device-total", on: PEAK, after: "device total memory", source: UTIL },
    { term: "temporary-kv", on: PEAK, after: "tmp kv_mem", source: UTIL },
    {
      term: "temporary-kv",
      on: PEAK,
      after: "temporary kv cache memory during profiling",
      source: UTIL,
    },
    {
      term: "kv-budget",
      on: PEAK,
      after: "available KV cache memory when calculating max tokens:",
      source: UTIL,
    },
    { term: "kv", on: PEAK, after: "kv size is ", unit: "bytes-per-token", source: UTIL },
    { term: "kv", on: PEAK, after: "kv size per token is ", unit: "bytes-per-token", source: UTIL },
    { term: "kv-fixed", on: PEAK, before: " fixed cost", source: UTIL },
    // after the user's caps
    { term: "kv-limit", after: "Estimated max tokens in KV cache :", unit: "tokens", source: UTIL },
    { term: "kv-limit", after: "Estimated max memory in KV cache :", source: UTIL },
    { term: "kv-limit", after: "New max_memory is set to ", source: UTIL },
    { term: "kv-limit", after: "is provided, max_memory is set to ", source: UTIL },
    { term: "kv-limit", after: "New max memory is ", source: UTIL },
    {
      term: "workspace",
      on: "Reserving ",
      before: " for the context-MLA attention workspace",
      source: UTIL,
    },
    { term: "kv-budget", on: ": KV cache budget ", after: "-> ", source: UTIL },
    {
      term: "torch-limit",
      on: "Setting PyTorch memory fraction to ",
      after: "(",
      source: UTIL,
    },
    ...V1,
    ...V2,
  ],
};
