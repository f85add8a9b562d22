import type { LinePattern } from "../pattern.ts";
import type { LogTable } from "./log-table.ts";

const RUNTIME = "NVIDIA/TensorRT-LLM cpp/tensorrt_llm/runtime/tllmRuntime.cpp";
const BATCH = "NVIDIA/TensorRT-LLM cpp/tensorrt_llm/batch_manager/trtGptModelInflightBatching.cpp";
const KV_CACHE = "NVIDIA/TensorRT-LLM cpp/tensorrt_llm/batch_manager/kvCacheManager.cpp";
const ISSUE_361 = "https://github.com/triton-inference-server/tensorrtllm_backend/issues/361";
const ISSUE_1397 = "https://github.com/NVIDIA/TensorRT-LLM/issues/1397";
const ISSUE_224 = "https://github.com/NVIDIA/TensorRT-LLM/issues/224";
const ATTENTION = "NVIDIA/TensorRT-LLM cpp/tensorrt_llm/thop/attentionOp.cpp";
const HOST_POOL = "blocks in KV cache secondary pool";
const PAGED = "max tokens in paged KV cache";

/** The KV pool as the C++ manager prints it; the PyTorch backend's V1 manager is the same code. */
export const POOL_PATTERNS: readonly LinePattern[] = [
  { term: "kv", before: ` for ${PAGED}`, source: KV_CACHE },
  { term: "kv", after: `for ${PAGED} (`, unit: "tokens", source: KV_CACHE },
  { term: "kv", after: "Number of tokens per block:", unit: "tokens-per-block", source: KV_CACHE },
  { term: "kv", on: "Max KV cache", after: "primary blocks=", unit: "blocks", source: KV_CACHE },
  {
    term: "kv",
    on: "tokens per block=",
    after: "primary blocks=",
    unit: "blocks",
    source: KV_CACHE,
  },
  {
    term: "kv",
    on: "Max KV cache",
    after: "tokens per block=",
    unit: "tokens-per-block",
    source: KV_CACHE,
  },
  { term: "kv", after: "blocks in KV cache primary pool:", unit: "blocks", source: KV_CACHE },
  { term: "kv", on: "[windowSize=", after: ".primaryBlocks=", unit: "blocks", source: KV_CACHE },
  { term: "host-kv", on: HOST_POOL, after: ":", unit: "blocks", source: KV_CACHE },
  { term: "host-kv", after: ", secondary blocks=", unit: "blocks", source: KV_CACHE },
  // the word is spelled so
  {
    term: "host-kv",
    on: "[windowSize=",
    after: ".secondayBlocks=",
    unit: "blocks",
    source: KV_CACHE,
  },
  {
    term: "workspace",
    on: "Attention workspace size is not enough",
    after: " bytes to ",
    source: ATTENTION,
  },
];

/** TensorRT engines in the C++ runtime: trtllm-serve, run.py, and Triton up to TensorRT-LLM 1.2. */
export const tensorrtLlmEngineLog: LogTable = {
  engine: "tensorrt-llm-engine",
  versionAfter: ["TensorRT-LLM version:", "TensorRT-LLM Version:"],
  patterns: [
    { term: "weights", after: "Loaded engine size:", unit: "MiB", source: RUNTIME },
    {
      term: "weights",
      on: "TensorRT-managed allocation in IExecutionContext creation:",
      after: ", GPU ",
      takesLast: true,
      unit: "MiB",
      source: ISSUE_361,
    },
    { term: "weights", after: "Total Weights Memory:", unit: "B", source: ISSUE_1397 },
    { term: "activations", after: "Total Activation Memory:", unit: "B", source: ISSUE_1397 },
    { term: "activations", before: " for execution context memory", source: RUNTIME },
    { term: "runtime-buffers", before: " GPU memory for runtime buffers", source: BATCH },
    { term: "decoder", before: " GPU memory for decoder", source: BATCH },
    {
      term: "device-total",
      on: "calculating max tokens in paged kv cache",
      after: "total:",
      source: KV_CACHE,
    },
    {
      term: "free-for-kv",
      on: "calculating max tokens in paged kv cache",
      after: "available:",
      source: KV_CACHE,
    },
    ...POOL_PATTERNS,
    // 0.5 to 0.10
    { term: "kv", on: "Allocate ", before: " for k/v cache", source: ISSUE_361 },
    {
      term: "kv",
      on: "Using ",
      before: " total tokens in paged KV cache",
      unit: "tokens",
      source: ISSUE_361,
    },
    {
      term: "kv",
      on: "Using ",
      before: " tokens in paged KV cache",
      unit: "tokens",
      source: ISSUE_224,
    },
    { term: "kv", after: "Max tokens in paged KV cache:", unit: "tokens", source: ISSUE_361 },
    { term: "kv", on: "Max tokens in paged KV cache:", after: "Allocating", source: ISSUE_361 },
  ],
};
