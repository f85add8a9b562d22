import type { LogTable } from "./log-table.ts";

const MODEL = "ggml-org/llama.cpp src/llama-model.cpp";
const KV_CACHE = "ggml-org/llama.cpp src/llama-kv-cache.cpp";
const STATE = "ggml-org/llama.cpp src/llama-memory-recurrent.cpp";
const CONTEXT = "ggml-org/llama.cpp src/llama-context.cpp";
const LOADING = "ggml-org/llama.cpp src/llama.cpp";
const OLDER = "boot log of 2024: llm_load_tensors and llama_kv_cache_init";
const DEVICE = " CUDA";

/** Buffers by device: CUDA0 is the first card. Windows have a KV buffer of their own, which adds up. */
export const llamaCppLog: LogTable = {
  engine: "llama.cpp",
  versionAfter: ["build: ", "build = ", "build_info: "],
  modelAfter: ["loading model '"],
  patterns: [
    {
      term: "weights",
      on: DEVICE,
      after: " model buffer size =",
      rankAfter: DEVICE,
      source: MODEL,
    },
    {
      term: "weights",
      on: "llm_load_tensors:",
      after: " buffer size =",
      rankAfter: DEVICE,
      source: OLDER,
    },
    {
      term: "kv",
      on: DEVICE,
      after: " KV buffer size =",
      rankAfter: DEVICE,
      adds: true,
      source: KV_CACHE,
    },
    {
      term: "state",
      on: DEVICE,
      after: " RS buffer size =",
      rankAfter: DEVICE,
      adds: true,
      source: STATE,
    },
    {
      term: "activations",
      on: DEVICE,
      after: " compute buffer size =",
      rankAfter: DEVICE,
      source: CONTEXT,
    },
    {
      term: "free-at-start",
      on: "using device CUDA",
      before: " free",
      rankAfter: "device CUDA",
      source: LOADING,
    },
    { term: "kv", on: "llama_context: n_ctx ", after: "=", unit: "tokens", source: CONTEXT },
    {
      term: "kv",
      on: "llama_new_context_with_model: n_ctx ",
      after: "=",
      unit: "tokens",
      source: OLDER,
    },
  ],
};
