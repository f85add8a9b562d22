import type { KvCacheDtype, Quantization } from "../model/quantization.ts";
import type { Basis } from "../report/sourced.ts";
import { compareVersions } from "./version.ts";

/** Engines that Berth plans for. The two eras of TensorRT-LLM are two engines. */
export type EngineId = "tensorrt-llm" | "tensorrt-llm-engine";

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
  readonly precisions: readonly PrecisionRule[];
}

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

/** One empirical number, with the bounds that 95 % of cases are meant to fall into. */
export interface EngineFact {
  readonly fact: FactName;
  /** Applies to cards of this compute capability only; to all where absent. */
  readonly computeCapability?: string;
  /** Applies from this version on. */
  readonly from?: string;
  /** Applies to versions before this one. */
  readonly before?: string;
  /** Applies to weights stored this way only. */
  readonly quantization?: Quantization;
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly basis: Basis;
  readonly source: string;
}

export type FactName = (typeof FACT_NAMES)[number];

/** What data/engines may state of an engine; units are in the names. */
export const FACT_NAMES = [
  "contextMiB",
  "runtimeMiB",
  "weightResidueShare",
  "activationBaseMiB",
  "activationHiddenCopies",
  "activationFeedForwardCopies",
  "activationSpread",
  "runtimeLogitsCopies",
  "runtimeSequenceCopies",
  "decoderLogitsCopies",
  "ncclPeerToPeerMiB",
  "ncclHostMiB",
  "allReduceWorkspaceMiB",
  "graphMiBPerLayer",
  "afterKvMiB",
  "roundsBlocksUp",
] as const;

/** Which cards can run a precision. */
export interface PrecisionRule {
  readonly quantization?: Quantization;
  readonly kvCacheDtype?: KvCacheDtype;
  readonly computeCapabilities: readonly string[];
  readonly source: string;
}

export interface FactQuery {
  readonly version: string;
  readonly computeCapability: string;
  readonly quantization: Quantization;
}

/** The first fact of this name whose conditions all hold, in the order of the file: special before general. */
export function findFact(
  engine: EngineSpec,
  name: FactName,
  query: FactQuery,
): EngineFact | undefined {
  return engine.facts.find((fact) => fact.fact === name && applies(fact, query));
}

/** Like findFact, but a missing fact is a defect of data/. */
export function needFact(engine: EngineSpec, name: FactName, query: FactQuery): EngineFact {
  const fact = findFact(engine, name, query);
  if (fact === undefined) {
    throw new Error(`data/engines/${engine.id}.json has no ${name} for ${JSON.stringify(query)}`);
  }
  return fact;
}

function applies(
  fact: EngineFact,
  { version, computeCapability, quantization }: FactQuery,
): boolean {
  return (
    (fact.computeCapability === undefined || fact.computeCapability === computeCapability) &&
    (fact.quantization === undefined || fact.quantization === quantization) &&
    (fact.from === undefined || compareVersions(version, fact.from) >= 0) &&
    (fact.before === undefined || compareVersions(version, fact.before) < 0)
  );
}

/** Whether the engine has kernels for weights stored this way on this card. */
export function canRun(
  engine: EngineSpec,
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
  engine: EngineSpec,
  dtype: KvCacheDtype,
  computeCapability: string,
): boolean {
  return engine.precisions.some(
    (rule) => rule.kvCacheDtype === dtype && rule.computeCapabilities.includes(computeCapability),
  );
}
