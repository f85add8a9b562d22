import type { FailureCode } from "../log-document.ts";

/** What each failure means, and what to do about it: one sentence each. */
export const MEANINGS: Readonly<
  Record<FailureCode, { readonly meaning: string; readonly remedy: string }>
> = {
  "out-of-memory": {
    meaning: "The card had less free memory than the engine asked for.",
    remedy:
      "See with nvidia-smi who else holds memory on the card, start engines one after another in the plan's order, or plan with a reserve.",
  },
  "executor-memory": {
    meaning: "TensorRT-LLM could not make one of its parts in the memory that was free.",
    remedy:
      "If the KV cache failed, lower free_gpu_memory_fraction or max_tokens; if the sampler, max_seq_len or max_batch_size; if the model, max_num_tokens, or divide it over more cards.",
  },
  "kv-too-small": {
    meaning: "What is left for the KV cache does not hold one sequence of full length.",
    remedy:
      "Lower max_seq_len, or give the engine more of the card; see what else was on it when it started.",
  },
  "less-free-than-share": {
    meaning: "Less of the card was free than the share that vLLM was told to take.",
    remedy:
      "Start it when what the plan counts on is free, and stop what is not in the plan; the share is of the whole card, whoever uses it.",
  },
  "cublas-handle": {
    meaning: "cuBLAS found no memory for its handle: the KV cache took the last of the card.",
    remedy: "Lower the KV cache's fraction or cap; a few hundred MiB must stay free after it.",
  },
  "nccl-peer-to-peer": {
    meaning: "Two cards of the engine can't read each other's memory, and it tried to.",
    remedy:
      "Set NCCL_P2P_DISABLE=1 and switch the custom all-reduce off (allreduce_strategy NCCL, --disable-custom-all-reduce, or build with --use_custom_all_reduce disable).",
  },
  nccl: {
    meaning: "NCCL, through which the ranks talk to each other, failed.",
    remedy:
      "Run it again with NCCL_DEBUG=INFO; look for too little memory, a rank that died, or too little /dev/shm.",
  },
  "compute-capability": {
    meaning: "The engine, or a kernel in it, was not built for cards of this compute capability.",
    remedy: "Use a release that supports the card, or another card.",
  },
  "precision-unsupported": {
    meaning: "The card has no kernels for this precision.",
    remedy: "Plan another precision for it; berth catalog engines lists what runs where.",
  },
  "driver-too-old": {
    meaning: "The driver is older than the CUDA version that the engine was built with needs.",
    remedy: "Update the driver, or use an older release or container of the engine.",
  },
  "no-gpu": {
    meaning: "The engine sees no card, or fewer than it was told to use.",
    remedy: "Check nvidia-smi, CUDA_VISIBLE_DEVICES, and that the container was given the cards.",
  },
  "port-in-use": {
    meaning: "Another process listens on the engine's port.",
    remedy:
      "Stop what listens there, often an earlier start of the same engine, or choose another port.",
  },
  "files-missing": {
    meaning: "Files of the model or of the engine are not where the engine looks for them.",
    remedy:
      "Check the path, and that it is mounted in the container; build the engine first if there is none.",
  },
  "file-invalid": {
    meaning: "A file of the model can't be read: it is cut short, or of another format or version.",
    remedy: "Compare its size with the source's, and fetch or build it again.",
  },
  "engine-version": {
    meaning: "The TensorRT engine was built with another version of TensorRT.",
    remedy: "Build it again with the version that serves it.",
  },
  "engine-device": {
    meaning: "The TensorRT engine was built for a card of another compute capability.",
    remedy: "Build it again on a card like the one that it runs on.",
  },
  "prompt-too-long": {
    meaning:
      "The longest prompt became shorter than planned, as a rule since the KV cache came out too small.",
    remedy:
      "Look at how many tokens the KV cache holds, and what was free when the engine started.",
  },
  "cards-unequal": {
    meaning: "The cards of the engine are not equally free, so it does not start.",
    remedy: "Free the fuller cards, or plan the engine on cards that are equally free.",
  },
  "host-memory": {
    meaning: "The host ran out of memory, not the card.",
    remedy: "Load fewer engines at once, or give the container more memory.",
  },
  killed: {
    meaning: "Something killed the process, most often the system when the host's memory ran out.",
    remedy: "Look into dmesg for oom-kill, and load fewer engines at once.",
  },
};
