import { type EstimateRequest, engineIds } from "@berth/core";
import type { ArgsDef } from "citty";

/**
 * What a key of an estimate holds: words, a whole number from `least` up, tokens (8192, "32k"), a share in (0, 1),
 * a part in [0, 1], or yes. With "each" it is one of its kind, or a list with one for each rank; "list" is a list.
 */
export type KeyKind =
  | "text"
  | "text-each"
  | "from-0"
  | "from-0-each"
  | "from-1"
  | "from-1-each"
  | "from-1-list"
  | "tokens"
  | "share"
  | "part"
  | "weight-list"
  | "yes";

interface EstimateKey {
  readonly key: Exclude<keyof EstimateRequest, "id">;
  readonly kind: KeyKind;
  readonly hint: string;
  readonly description: string;
}

/** Every key of a batch line besides id and model; the flags have the same names in kebab-case. */
export const ESTIMATE_KEYS: readonly EstimateKey[] = [
  {
    key: "engine",
    kind: "text",
    hint: "ID",
    description: `${engineIds().join(", ")}; tensorrt-llm by default`,
  },
  {
    key: "engineVersion",
    kind: "text",
    hint: "VERSION",
    description: "such as 1.2.1; the newest known by default",
  },
  {
    key: "gpu",
    kind: "text-each",
    hint: "ID",
    description:
      "catalogue id, such as rtx-4090; or a card for each rank: rtx-3090,rtx-4090 or 2xrtx-3090,rtx-4090",
  },
  {
    key: "gpuMemoryMiB",
    kind: "from-1-each",
    hint: "MIB",
    description:
      "what CUDA can see in total, instead of the catalogue's; one, or one for each rank",
  },
  {
    key: "usedMiB",
    kind: "from-0-each",
    hint: "MIB",
    description: "held by other processes; one, or one for each rank",
  },
  { key: "tp", kind: "from-1", hint: "N", description: "tensor parallel size" },
  { key: "pp", kind: "from-1", hint: "N", description: "pipeline parallel size" },
  { key: "ep", kind: "from-1", hint: "N", description: "expert parallel size" },
  {
    key: "quantization",
    kind: "text",
    hint: "NAME",
    description: "bf16, fp8, int4-awq, nvfp4, …; what the model's files say by default",
  },
  {
    key: "kvCacheDtype",
    kind: "text",
    hint: "NAME",
    description: "auto, bf16, fp16, fp8, int8, nvfp4, q8_0 or q4_0",
  },
  {
    key: "maxSeqLen",
    kind: "tokens",
    hint: "TOKENS",
    description: "longest sequence, prompt and output together; 8192 or 8k",
  },
  {
    key: "maxNumTokens",
    kind: "tokens",
    hint: "TOKENS",
    description: "tokens of one forward step",
  },
  {
    key: "maxBatchSize",
    kind: "from-1",
    hint: "N",
    description: "sequences of one forward step",
  },
  {
    key: "kvFraction",
    kind: "share",
    hint: "SHARE",
    description:
      "the engine's own fraction for its KV cache, below 1; of what is free for TensorRT-LLM",
  },
  { key: "tokensPerBlock", kind: "from-1", hint: "N", description: "tokens of one KV block" },
  {
    key: "beamWidth",
    kind: "from-1",
    hint: "N",
    description: "beams of each sequence (TensorRT-LLM)",
  },
  {
    key: "gpuWeightsPercent",
    kind: "part",
    hint: "PART",
    description: "part from 0 to 1 of streamable weights that stays on the card (TensorRT engines)",
  },
  {
    key: "attentionDp",
    kind: "yes",
    hint: "",
    description: "attention data-parallelism: each tp rank serves its own requests (tensorrt-llm)",
  },
  {
    key: "draftLayers",
    kind: "from-0",
    hint: "N",
    description: "the model's own draft layers that are loaded (tensorrt-llm, vllm, sglang)",
  },
  {
    key: "draftTokens",
    kind: "from-1",
    hint: "N",
    description: "tokens that a draft proposes at a time; as many as draft layers by default",
  },
  {
    key: "imagesPerPrompt",
    kind: "from-0",
    hint: "N",
    description: "most images of a prompt, 0 for text only (vllm); what fits by default",
  },
  {
    key: "ppPartition",
    kind: "from-1-list",
    hint: "LAYERS",
    description: "layers of each pipeline stage, such as 12,20 (tensorrt-llm, vllm, sglang)",
  },
  {
    key: "tensorSplit",
    kind: "weight-list",
    hint: "SHARES",
    description: "each card's share of the layers, such as 3,1 (llama.cpp); free memory by default",
  },
  {
    key: "crossKvFraction",
    kind: "share",
    hint: "SHARE",
    description: "share of the KV cache for what cross-attention reads (TensorRT-LLM)",
  },
  {
    key: "throughHost",
    kind: "yes",
    hint: "",
    description: "the ranks reach each other through the host only, without peer access",
  },
];

/** "maxSeqLen" → "max-seq-len", "gpuMemoryMiB" → "gpu-memory-mib". */
export function flagOf(key: string): string {
  return key.replace("MiB", "Mib").replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** The flags of keys that may hold a list: they take values with commas, and may be repeated. */
export function listFlags(): readonly string[] {
  return ESTIMATE_KEYS.filter(({ kind }) => /-(?:each|list)$/.test(kind)).map(({ key }) =>
    flagOf(key),
  );
}

/** The keys as citty's arguments. */
export function estimateArgs(): ArgsDef {
  return Object.fromEntries(
    ESTIMATE_KEYS.map(({ key, kind, hint, description }) => [
      flagOf(key),
      kind === "yes"
        ? { type: "boolean" as const, description }
        : { type: "string" as const, valueHint: hint, description },
    ]),
  );
}
