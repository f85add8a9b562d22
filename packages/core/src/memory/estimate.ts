import type { EngineSpec } from "../engine/engine.ts";
import { type FactTable, factsFor } from "../engine/facts.ts";
import { rulesOf } from "../engine/registry.ts";
import type { EngineRules } from "../engine/rules.ts";
import { layerCount } from "../model/layer-groups.ts";
import type { ModelSpec } from "../model/model.ts";
import { evenStages, layerRanks, type Parallelism } from "../model/parallelism.ts";
import type { KvCacheDtype, StoredWeights } from "../model/quantization.ts";
import { activationTerm } from "./activations.ts";
import type { MemoryTerm, RankMemory } from "./breakdown.ts";
import { ofUnknownFamily } from "./by-fields.ts";
import { correctedTerm } from "./corrected-term.ts";
import { crossKvOf } from "./cross-kv.ts";
import { hasDeltaRule } from "./delta-rule.ts";
import { draftTerms, withoutDrafts } from "./draft-layers.ts";
import { onceForKept } from "./kept-terms.ts";
import { hasLatents } from "./latent-run.ts";
import { overheadTerms } from "./overhead.ts";
import { stateTerms } from "./state-term.ts";
import { visionTerms } from "./vision-term.ts";
import { streamedWeightsTerm } from "./weight-streaming.ts";
import { weightsTerm } from "./weights-term.ts";
import { poolBytesPerToken } from "./window-pool.ts";

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
  /** What CUDA sees on the cards, where a fact depends on it. */
  readonly memoryGiB?: number;
  readonly hasPeerToPeer: boolean;
  readonly limits: MemoryLimits;
  /** Beams of each sequence; 1 where absent. */
  readonly beams?: number;
  /** Share of its streamable weights that a TensorRT engine keeps on the card; all of them where absent. */
  readonly gpuWeightsShare?: number;
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
  const { parallelism } = request;
  const facts = stageFacts(request, stage);
  const rules = rulesOf(request.engine, request.version);
  const cross = crossKvOf(request, { parallelism, stage });
  return {
    terms: boundedTerms(request, stageTerms(request, { stage, facts, rules })).map((term) =>
      correctedTerm(
        rules.besideBudget.has(term.id) ? afterKv(term) : term,
        request.engine,
        capabilityOf(request, stage),
      ),
    ),
    kvBytesPerToken: poolBytesPerToken(request, { parallelism, stage }),
    ...(cross === undefined ? {} : { cross }),
  };
}

const afterKv = onceForKept((term: MemoryTerm) => ({ ...term, taken: "after-kv" as const }));

/** The terms with wider bounds where the model was read by its fields only. */
function boundedTerms(
  { model, weights }: MemoryRequest,
  terms: readonly MemoryTerm[],
): readonly MemoryTerm[] {
  const hasTensors = weights.measured !== undefined;
  return model.reading === "known"
    ? terms
    : terms.map((term) => ofUnknownFamily(term, { hasTensors }));
}

/** The engine's facts on the card of a stage. */
function stageFacts(request: MemoryRequest, stage: number): FactTable {
  return factsFor(request.engine, {
    version: request.version,
    computeCapability: capabilityOf(request, stage),
    quantization: request.weights.quantization,
    tp: request.parallelism.tp,
    ...(request.memoryGiB === undefined ? {} : { memoryGiB: request.memoryGiB }),
  });
}

function capabilityOf({ stageCapabilities }: MemoryRequest, stage: number): string {
  return stageCapabilities[stage] ?? stageCapabilities[0] ?? "";
}

interface Stage {
  readonly stage: number;
  readonly facts: FactTable;
  readonly rules: EngineRules;
}

function stageTerms(request: MemoryRequest, { stage, facts, rules }: Stage): readonly MemoryTerm[] {
  const { model, parallelism, limits } = request;
  const { tp, pp, ep } = parallelism;
  const { beams = 1, gpuWeightsShare: share = 1 } = request;
  const apart = rules.draftsAfterKv ? { ...request, model: withoutDrafts(model) } : request;
  const whole = weightsTerm(apart, { stage, facts, rules });
  const weights = share < 1 ? streamedWeightsTerm(whole, request, { stage, share }) : whole;
  const layers = parallelism.stageLayers ?? evenStages(layerCount(model), pp);
  const isLastStage = stage === pp - 1;
  const activations = activationTerm(model, facts, {
    maxNumTokens: limits.maxNumTokens,
    maxBatchSize: limits.maxBatchSize,
    maxSeqLen: limits.maxSeqLen,
    tp: layerRanks(parallelism),
    ep: parallelism.attentionDp === true ? 1 : ep,
    pp,
    isFirstStage: stage === 0,
    isLastStage,
    beams,
  });
  return [
    weights,
    ...(apart.model === model
      ? []
      : draftTerms(whole, weightsTerm(request, { stage, facts, rules }))),
    activations,
    ...visionTerms(model, facts, {
      maxNumTokens: limits.maxNumTokens,
      maxBatchSize: limits.maxBatchSize,
      maxSeqLen: limits.maxSeqLen,
      isFirstStage: stage === 0,
      tp,
      activations,
    }),
    ...(rules.state === "term"
      ? stateTerms(model, { parallelism, stage, maxBatchSize: limits.maxBatchSize, beams })
      : []),
    ...overheadTerms(facts, {
      layers: layers[stage] ?? 0,
      vocab: model.vocab,
      weightBytes: weights.bytes,
      hasDeltaRule: hasDeltaRule(model),
      hasLatents: hasLatents(model),
      ranks: tp * pp,
      tp,
      hasPeerToPeer: request.hasPeerToPeer,
      maxBatchSize: limits.maxBatchSize,
      maxSeqLen: limits.maxSeqLen,
      beams,
    }),
  ];
}
