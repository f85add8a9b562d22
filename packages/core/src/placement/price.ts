import { termBytes } from "../memory/breakdown.ts";
import { estimateStage, type MemoryRequest } from "../memory/estimate.ts";
import { sequenceTokens } from "../memory/kv-blocks.ts";
import { layerCount } from "../model/layer-groups.ts";
import type { Parallelism } from "../model/parallelism.ts";
import type { StoredWeights } from "../model/quantization.ts";
import type { CardClass } from "./card-classes.ts";
import type { Layout, StageCards } from "./layouts.ts";
import type { PlannedModel } from "./planned-model.ts";

/** Whether the cards of a class read each other's memory: all pairs, none, or only some (bridged pairs). */
export type PeersOf = (classes: readonly CardClass[]) => "all" | "none" | "some";

/** A precision and a layout of one model, to be priced. */
export interface Trial {
  readonly model: PlannedModel;
  readonly weights: StoredWeights;
  readonly preference: number;
  readonly layout: Layout;
  readonly peersOf: PeersOf;
}

/** The memory request of a trial with its stages cut this way. */
export function requestOf(
  { model, weights, layout, peersOf }: Trial,
  parallelism: Parallelism,
): MemoryRequest {
  const groups = layout.stages.flat();
  return {
    model: model.spec,
    engine: model.engine,
    version: model.version,
    weights,
    kvCacheDtype: model.kvCacheDtype,
    parallelism,
    stageCapabilities: layout.stages.map((stage) => stage[0]?.cardClass.computeCapability ?? ""),
    hasPeerToPeer: peersOf(groups.map(({ cardClass }) => cardClass)) === "all",
    limits: model.limits,
  };
}

export interface StagePrice {
  readonly cardClass: CardClass;
  readonly ranks: number;
  readonly fixed: number;
  readonly perSequence: number;
}

/** What each rank of a stage holds at the terms' upper bounds, for each kind of card that the stage is on. */
export function priceStage(
  { model, layout, peersOf }: Trial,
  request: MemoryRequest,
  stage: number,
): readonly StagePrice[] {
  const groups: StageCards = layout.stages[stage] ?? [];
  const classes = layout.stages.flat().map(({ cardClass }) => cardClass);
  // where only some pairs are bridged, which cards it will be is not known yet: the dearer way counts
  const ways = peersOf(classes) === "some" ? [false, true] : [request.hasPeerToPeer];
  return groups.map(({ cardClass, ranks }) => {
    const stageCapabilities = layout.stages.map(() => cardClass.computeCapability);
    const memories = ways.map((hasPeerToPeer) =>
      estimateStage({ ...request, hasPeerToPeer, stageCapabilities }, stage),
    );
    const fixed = Math.max(...memories.map(({ terms }) => termBytes(terms, "any", "high")));
    const perToken = memories[0]?.kvBytesPerToken ?? 0;
    return {
      cardClass,
      ranks,
      fixed,
      perSequence: Math.ceil(
        perToken * sequenceTokens(model.limits.maxSeqLen, model.tokensPerBlock),
      ),
    };
  });
}

/**
 * Whether a stage with so many layers, alone on its cards, has room for so many sequences. Each stage and
 * count is priced once.
 */
export function stageFits(
  trial: Trial,
  parallelism: Parallelism,
): (stage: number, count: number, sequences: number) => boolean {
  const known = new Map<string, readonly StagePrice[]>();
  return (stage, count, sequences) => {
    const key = `${stage}/${count}`;
    const prices = known.get(key) ?? priceAlone(trial, parallelism, { stage, count });
    known.set(key, prices);
    return prices.every(
      (price) => price.fixed + sequences * price.perSequence <= price.cardClass.capacity,
    );
  };
}

/** A stage with so many layers, about where it would begin in an even split. */
function priceAlone(
  trial: Trial,
  parallelism: Parallelism,
  { stage, count }: { readonly stage: number; readonly count: number },
): readonly StagePrice[] {
  const layers = layerCount(trial.model.spec);
  const stageLayers = Array.from({ length: parallelism.pp }, () => 0);
  stageLayers[0] = Math.min(Math.round((stage * layers) / parallelism.pp), layers - count);
  stageLayers[stage] = count;
  return priceStage(trial, requestOf(trial, { ...parallelism, stageLayers }), stage);
}
