import type { KvCacheDtype, Quantization } from "../model/quantization.ts";
import type { TermCorrections } from "./correction.ts";
import type { CrossAttentionRule } from "./cross-attention.ts";
import type { EngineFact } from "./facts.ts";
import type { ResumeLimit } from "./resume-limit.ts";
import type { WindowPoolRule } from "./window-pool.ts";

/** Engines that Berth estimates and plans. The two eras of TensorRT-LLM are two engines. */
export type EngineId = "tensorrt-llm" | "tensorrt-llm-engine" | "vllm" | "sglang" | "llama.cpp";

/** What is constant about an engine, from data/engines. */
export interface EngineSpec {
  readonly id: EngineId;
  readonly title: string;
  readonly oldestVersion: string;
  readonly newestVersion: string;
  readonly defaults: EngineDefaults;
  readonly weights: EngineWeightRules;
  /** Pipeline stages may hold any number of layers (pp_partition); else only the even split. */
  readonly cutsStagesUnevenly: boolean;
  readonly facts: readonly EngineFact[];
  /** What the user's own runs measured; absent without a calibration. */
  readonly corrections?: TermCorrections;
  readonly crossAttention: readonly CrossAttentionRule[];
  readonly resumeLimit?: ResumeLimit;
  readonly windowPools?: readonly WindowPoolRule[];
  readonly precisions: readonly PrecisionRule[];
  /** The version whose precisions these are, where it has fewer than all. */
  readonly precisionsOf?: string;
}

/** What applies where no fact of the same meaning says otherwise for a version or a card. */
export interface EngineDefaults {
  readonly maxBatchSize: number;
  readonly maxNumTokens: number;
  readonly kvFraction: number;
  readonly tokensPerBlock: number;
}

export interface EngineWeightRules {
  /** The token embedding is divided over tensor-parallel ranks like the head; else every rank has all of it. */
  readonly cutsEmbedding: boolean;
  /** Bits of a zero point of a quantised matrix on the card; files pack them in four. */
  readonly zeroPointBits: number;
  /**
   * The vocabulary is padded to a multiple of this and must then divide over the ranks; where absent it is padded
   * to a whole number of rows a rank.
   */
  readonly vocabularyPadding?: number;
}

/** What kernels multiply in; "16-bit" is the model's own BF16 or FP16, to which stored values are widened. */
export const COMPUTE_FORMATS = ["bf16", "fp16", "16-bit", "fp8", "int8", "fp4"] as const;

export type ComputeFormat = (typeof COMPUTE_FORMATS)[number];

/** Which cards can run a precision. */
export interface PrecisionRule {
  readonly quantization?: Quantization;
  readonly kvCacheDtype?: KvCacheDtype;
  /** Storing in a format and computing in it are two verdicts; absent where no source says. */
  readonly computes?: ComputeFormat;
  readonly computeCapabilities: readonly string[];
  /** From this version on. */
  readonly from?: string;
  /** In versions before this one. */
  readonly before?: string;
  readonly source: string;
}

/** Whether the engine has kernels for weights stored this way on this card. */
export function canRun(
  engine: EngineSpec,
  quantization: Quantization,
  computeCapability: string,
): boolean {
  return weightRule(engine, quantization, computeCapability) !== undefined;
}

/** The rule for weights stored this way on this card; undefined where there are no kernels for them. */
export function weightRule(
  engine: EngineSpec,
  quantization: Quantization,
  computeCapability: string,
): PrecisionRule | undefined {
  return engine.precisions.find(
    (rule) =>
      rule.quantization === quantization && rule.computeCapabilities.includes(computeCapability),
  );
}

/** Whether the engine can keep its KV cache this way on this card. */
export function canCache(
  engine: EngineSpec,
  dtype: KvCacheDtype,
  computeCapability: string,
): boolean {
  return cacheRule(engine, dtype, computeCapability) !== undefined;
}

/** The rule for a KV cache kept this way on this card; undefined where it can't be. */
export function cacheRule(
  engine: EngineSpec,
  dtype: KvCacheDtype,
  computeCapability: string,
): PrecisionRule | undefined {
  return engine.precisions.find(
    (rule) => rule.kvCacheDtype === dtype && rule.computeCapabilities.includes(computeCapability),
  );
}
