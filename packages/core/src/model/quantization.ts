import type { MeasuredWeights, RankFiles } from "./measured-weights.ts";
import type { Role } from "./tensor.ts";

/** How weights are stored, by the contract's names. */
export type Quantization = (typeof QUANTIZATIONS)[number];

/** Formats that weights may be stored in. */
export const QUANTIZATIONS = [
  "bf16",
  "fp16",
  "fp8",
  "fp8-block",
  "int8-sq",
  "int8-wo",
  "int4-awq",
  "int4-gptq",
  "w4a8-awq",
  "nvfp4",
  "mxfp4",
  "gguf",
] as const;

/** How K and V are stored. */
export type KvCacheDtype = (typeof KV_CACHE_DTYPES)[number];

/** Types that a KV cache may be kept in. */
export const KV_CACHE_DTYPES = ["bf16", "fp16", "fp8", "int8", "nvfp4", "q8_0", "q4_0"] as const;

/** A quantisation with what its files leave in 16 bits. */
export interface StoredWeights {
  readonly quantization: Quantization;
  /** Elements that share a scale along a row; the format's own default where absent. */
  readonly groupSize?: number;
  /** Zero points stand beside the scales in its files, four bits each (AutoAWQ; GPTQ always has them). */
  readonly hasZeroPoints?: boolean;
  /** Where routed experts are stored in another form than the rest (DeepSeek V4). */
  readonly experts?: ExpertWeights;
  /** Module names, globs or "re:" patterns that stay in 16 bits, as the checkpoint lists them. */
  readonly excluded: readonly string[];
  /** What the checkpoint asks for its KV cache. */
  readonly kvCacheDtype?: KvCacheDtype;
  /** Bytes of all tensors where a safetensors index states them. */
  readonly totalBytes?: number;
  /** What the tables of the files themselves say, layer by layer; goes before all arithmetic. */
  readonly measured?: MeasuredWeights;
  /** Weights that were cut for their ranks already (TensorRT-LLM engines and checkpoints). */
  readonly rankFiles?: RankFiles;
}

export interface ExpertWeights {
  readonly quantization: Quantization;
  readonly groupSize?: number;
}

/** How a tensor of this role is stored, where it is quantised at all. */
export function formOf(
  weights: StoredWeights,
  role: Role,
): Pick<StoredWeights, "quantization" | "groupSize"> {
  return role === "expert" && weights.experts !== undefined ? weights.experts : weights;
}

/** Bytes of one element of the KV cache, scales included. */
export function kvBytesPerElement(dtype: KvCacheDtype): number {
  return KV_BYTES[dtype];
}

/**
 * FP8 and INT8 scales are one a tensor, which is nothing. NVFP4 adds one FP8 scale for 16 elements
 * (0.5 + 1/16); ggml's q8_0 holds 32 elements in 34 bytes, q4_0 in 18.
 */
const KV_BYTES = {
  bf16: 2,
  fp16: 2,
  fp8: 1,
  int8: 1,
  nvfp4: 0.5625,
  q8_0: 34 / 32,
  q4_0: 18 / 32,
} as const satisfies Record<KvCacheDtype, number>;
