import type { FailurePattern } from "./failure-pattern.ts";

const TORCH = "pytorch/pytorch c10/cuda/CUDACachingAllocator.cpp";
const TRTLLM = "NVIDIA/TensorRT-LLM cpp/tensorrt_llm";
const VLLM = "vllm-project/vllm vllm/v1/core/kv_cache_utils.py";

/** Too little memory on the card, in every engine's words. */
export const MEMORY_FAILURES: readonly FailurePattern[] = [
  {
    code: "out-of-memory",
    has: ["CUDA out of memory."],
    numbers: {
      requestedBytes: { after: "Tried to allocate " },
      freeBytes: { before: " is free" },
      totalBytes: { after: "has a total capacity of " },
    },
    source: TORCH,
  },
  { code: "out-of-memory", has: ["CUDA runtime error in", "out of memory"], source: TRTLLM },
  {
    code: "out-of-memory",
    has: ["Requested amount of GPU memory", "could not be allocated"],
    numbers: { requestedBytes: { after: "Requested amount of GPU memory (", unit: "B" } },
    source: "https://github.com/NVIDIA/TensorRT-LLM/issues/346",
  },
  {
    code: "out-of-memory",
    has: ["[TRT]", "OutOfMemory"],
    source: "https://github.com/NVIDIA/TensorRT-LLM/issues/346",
  },
  {
    code: "out-of-memory",
    has: ["cudaMalloc failed: out of memory"],
    numbers: { requestedBytes: { after: "allocating ", unit: "MiB" } },
    source: "ggml-org/llama.cpp ggml/src/ggml-cuda/ggml-cuda.cu",
  },
  {
    code: "out-of-memory",
    has: ["failed to allocate", "buffer"],
    source: "ggml-org/llama.cpp src/llama-context.cpp",
  },
  { code: "out-of-memory", has: ["CUDA error: out of memory"], source: TORCH },
  {
    code: "executor-memory",
    has: ["Executor creation failed", "insufficient GPU memory"],
    source: "https://github.com/NVIDIA/TensorRT-LLM/pull/4497",
  },
  {
    code: "kv-too-small",
    has: ["to fit in any sequence in kvCache"],
    source: `${TRTLLM}/batch_manager`,
  },
  {
    code: "kv-too-small",
    has: ["Attention window too large to fit even a single sequence"],
    source: `${TRTLLM}/batch_manager`,
  },
  {
    code: "kv-too-small",
    has: ["maxTokensInPagedKvCache", "must be large enough"],
    source: "https://github.com/triton-inference-server/tensorrtllm_backend/issues/366",
  },
  { code: "kv-too-small", has: ["allottedPrimaryBlocks > 0"], source: `${TRTLLM}/batch_manager` },
  { code: "kv-too-small", has: ["No available memory for the cache blocks"], source: VLLM },
  { code: "kv-too-small", has: ["To serve at least one request with the model"], source: VLLM },
  {
    code: "kv-too-small",
    has: ["max seq len", "larger than the maximum number of tokens that can be stored in KV cache"],
    source: "vllm-project/vllm vllm/worker/worker.py",
  },
  {
    code: "kv-too-small",
    has: ["Not enough memory", "--mem-fraction-static"],
    source: "sgl-project/sglang python/sglang/srt/model_executor/model_runner.py",
  },
  {
    code: "less-free-than-share",
    has: ["Free memory on device", "is less than desired GPU memory utilization"],
    numbers: { freeBytes: { after: "Free memory on device (" } },
    source: "vllm-project/vllm vllm/v1/worker/gpu_worker.py",
  },
  {
    code: "cards-unequal",
    has: ["The memory capacity is unbalanced"],
    source: "sgl-project/sglang python/sglang/srt/model_executor/model_runner.py",
  },
  {
    code: "prompt-too-long",
    has: ["Prompt length", "exceeds maximum input length"],
    source: `${TRTLLM}/executor`,
  },
];
