import type { EngineSpec } from "../engine/engine.ts";
import { estimateMemory, type MemoryRequest } from "../memory/estimate.ts";
import { cacheSetting, type SequenceCache, sequenceCache } from "../memory/kv-sequence.ts";
import { illegalities } from "../memory/legality.ts";
import { plannedBytes, plannedTerms } from "../memory/planned-terms.ts";
import type { StoredWeights } from "../model/quantization.ts";
import { variantsOf } from "../placement/model-variants.ts";
import type { PlannedModel } from "../placement/planned-model.ts";
import { leastEach } from "../placement/survive.ts";

/** What one replica needs at least, over all its cards together. */
export interface LeastNeed {
  readonly needBytes: number;
  readonly weightBytes: number;
}

/**
 * The least that all ranks of one replica hold together with the chance asked for, with the least KV cache,
 * over the layouts that the model may use on cards of one compute capability; undefined where none is legal.
 * No plan in this precision on such cards takes less.
 */
export function leastNeed(
  model: PlannedModel,
  weights: StoredWeights,
  computeCapability: string,
): LeastNeed | undefined {
  const needs = variantsOf(model).flatMap(({ model: variant }) =>
    model.tp.flatMap((tp) =>
      model.pp.flatMap((pp) => needOf(variant, { weights, computeCapability, tp, pp }) ?? []),
    ),
  );
  return needs.sort((a, b) => a.needBytes - b.needBytes)[0];
}

interface Layout {
  readonly weights: StoredWeights;
  readonly computeCapability: string;
  readonly tp: number;
  readonly pp: number;
}

function needOf(
  model: PlannedModel,
  { weights, computeCapability, tp, pp }: Layout,
): LeastNeed | undefined {
  const parallelism = { tp, pp, ep: model.ep };
  const engine: EngineSpec = model.engine;
  const { kvCacheDtype } = model;
  if (
    tp * pp < 1 ||
    illegalities({
      model: model.spec,
      engine,
      weights,
      kvCacheDtype,
      parallelism,
      computeCapability,
    }).length > 0
  ) {
    return undefined;
  }
  const request: MemoryRequest = {
    model: model.spec,
    engine,
    version: model.version,
    weights,
    kvCacheDtype,
    parallelism,
    stageCapabilities: [computeCapability],
    hasPeerToPeer: false,
    limits: model.limits,
  };
  const ranks = estimateMemory(request);
  const sequences = leastEach(model);
  const { tokensPerBlock, roundsBlocksUp: roundsUp } = model;
  const setting = cacheSetting(request, { tokensPerBlock, roundsUp });
  const caches = Array.from({ length: pp }, (_, stage) => sequenceCache(setting, stage));
  return {
    needBytes: ranks.reduce(
      (sum, rank) =>
        sum +
        plannedBytes(plannedTerms(rank.terms, model.risk / pp), "any") +
        poolOf(caches[Math.floor(rank.rank / tp)], sequences),
      0,
    ),
    weightBytes: ranks.reduce(
      (sum, rank) => sum + (rank.terms.find((term) => term.id === "weights")?.bytes ?? 0),
      0,
    ),
  };
}

function poolOf(cache: SequenceCache | undefined, sequences: number): number {
  return cache === undefined ? 0 : cache.nullBytes + sequences * cache.poolBytes;
}
