import type { LinePattern } from "../pattern.ts";
import type { LogTable } from "./log-table.ts";
import { POOL_PATTERNS } from "./tensorrt-llm-engine.ts";

const UTIL = "NVIDIA/TensorRT-LLM tensorrt_llm/_torch/pyexecutor/_util.py";
const LOADER = "NVIDIA/TensorRT-LLM tensorrt_llm/_torch/models/modeling_utils.py";
const MANAGER_V2 = "NVIDIA/TensorRT-LLM tensorrt_llm/_torch/pyexecutor/kv_cache_manager_v2.py";

const PROFILE = "in memory usage profiling:";
const PEAK = "Peak memory during memory usage profiling (torch + non-torch):";

/** Manager V1 prints its pool as the C++ one does, twice: the temporary pool of the dry run, then its own. */
const V1: readonly LinePattern[] = POOL_PATTERNS;

/** Manager V2 prints a quota of bytes, unrounded and without a space. */
const V2: readonly LinePattern[] = [
  { term: "kv", after: "KV cache manager v2 device quota set to ", source: MANAGER_V2 },
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
    ...V1,
    ...V2,
  ],
};
