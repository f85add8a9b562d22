import type { KvCacheDtype, Quantization } from "../model/quantization.ts";
import type { EngineFact } from "./facts.ts";

/** Engines that Berth plans and deploys. The two eras of TensorRT-LLM are two engines. */
export type PlannableEngineId = "tensorrt-llm" | "tensorrt-llm-engine";

/** The planner's name for what it can plan. */
export type EngineId = PlannableEngineId;

/** Engines whose memory can be estimated. */
export type KnownEngineId = PlannableEngineId | "vllm" | "sglang" | "llama.cpp";

/** What is constant about an engine, from data/engines. */
export interface KnownEngine {
  readonly id: KnownEngineId;
  readonly title: string;
  readonly oldestVersion: string;
  readonly newestVersion: string;
  readonly defaults: EngineDefaults;
  readonly weights: EngineWeightRules;
  /** Pipeline stages may hold any number of layers (pp_partition); else only the even split. */
  readonly cutsStagesUnevenly: boolean;
  readonly facts: readonly EngineFact[];
  readonly precisions: readonly PrecisionRule[];
}

/** An engine that can also be planned for. */
export interface EngineSpec extends KnownEngine {
  readonly id: PlannableEngineId;
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
}

/** Which cards can run a precision. */
export interface PrecisionRule {
  readonly quantization?: Quantization;
  readonly kvCacheDtype?: KvCacheDtype;
  readonly computeCapabilities: readonly string[];
  readonly source: string;
}

/** Whether the engine has kernels for weights stored this way on this card. */
export function canRun(
  engine: KnownEngine,
  quantization: Quantization,
  computeCapability: string,
): boolean {
  return engine.precisions.some(
    (rule) =>
      rule.quantization === quantization && rule.computeCapabilities.includes(computeCapability),
  );
}

/** Whether the engine can keep its KV cache this way on this card. */
export function canCache(
  engine: KnownEngine,
  dtype: KvCacheDtype,
  computeCapability: string,
): boolean {
  return engine.precisions.some(
    (rule) => rule.kvCacheDtype === dtype && rule.computeCapabilities.includes(computeCapability),
  );
}
