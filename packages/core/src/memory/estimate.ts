import type { EngineSpec, FactQuery } from "../engine/engine.ts";
import { layerCount } from "../model/layer-groups.ts";
import type { ModelSpec } from "../model/model.ts";
import { evenStages, type Parallelism } from "../model/parallelism.ts";
import type { KvCacheDtype, StoredWeights } from "../model/quantization.ts";
import { activationTerm } from "./activations.ts";
import type { MemoryTerm, RankMemory } from "./breakdown.ts";
import { kvBytesPerToken } from "./kv-cache.ts";
import { overheadTerms } from "./overhead.ts";
import { derivedTerm } from "./term.ts";
import { stageWeights } from "./weights.ts";

/** One replica of one model, as it will be started. */
export interface MemoryRequest {
  readonly model: ModelSpec;
  readonly engine: EngineSpec;
  readonly version: string;
  readonly weights: StoredWeights;
  readonly kvCacheDtype: KvCacheDtype;
  readonly parallelism: Parallelism;
  /** Compute capability of the card of each pipeline stage; a stage's ranks are on cards of one kind. */
  readonly stageCapabilities: readonly string[];
  readonly hasPeerToPeer: boolean;
  readonly limits: MemoryLimits;
}

export interface MemoryLimits {
  readonly maxBatchSize: number;
  readonly maxNumTokens: number;
  readonly maxSeqLen: number;
}

/** What each rank holds besides its KV cache, rank by rank: rank = stage · tp + tensor-parallel rank. */
export function estimateMemory(request: MemoryRequest): readonly RankMemory[] {
  const { tp, pp } = request.parallelism;
  const stages = Array.from({ length: pp }, (_, stage) => estimateStage(request, stage));
  return stages.flatMap((memory, stage) =>
    Array.from({ length: tp }, (_, tpRank) => ({ rank: stage * tp + tpRank, ...memory })),
  );
}

/** What every rank of one pipeline stage holds; tensor-parallel ranks hold equally much. */
export function estimateStage(request: MemoryRequest, stage: number): Omit<RankMemory, "rank"> {
  const { model, engine, parallelism, limits } = request;
  const query: FactQuery = {
    version: request.version,
    computeCapability: request.stageCapabilities[stage] ?? request.stageCapabilities[0] ?? "",
    quantization: request.weights.quantization,
  };
  const weights = weightsTerm(request, stage);
  const layers = parallelism.stageLayers ?? evenStages(layerCount(model), parallelism.pp);
  const terms: readonly MemoryTerm[] = [
    weights,
    activationTerm(model, engine, {
      load: { maxNumTokens: limits.maxNumTokens, tp: parallelism.tp },
      query,
    }),
    ...overheadTerms(engine, {
      query,
      layers: layers[stage] ?? 0,
      vocab: model.vocab,
      weightBytes: weights.bytes,
      ranks: parallelism.tp * parallelism.pp,
      tp: parallelism.tp,
      hasPeerToPeer: request.hasPeerToPeer,
      maxBatchSize: limits.maxBatchSize,
      maxSeqLen: limits.maxSeqLen,
    }),
  ];
  return {
    terms,
    kvBytesPerToken: kvBytesPerToken(model, request.kvCacheDtype, { parallelism, stage }),
  };
}

function weightsTerm(request: MemoryRequest, stage: number): MemoryTerm {
  const { plain, quantized, scales } = stageWeights(
    {
      model: request.model,
      weights: request.weights,
      parallelism: request.parallelism,
      rules: request.engine.weights,
    },
    stage,
  );
  return derivedTerm({
    id: "weights",
    value: plain + quantized + scales,
    law: "plain + quantized + scales",
    values: { plain, quantized, scales },
    sources: ["berth-weights-law"],
  });
}
