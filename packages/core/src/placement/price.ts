import type { MemoryRequest } from "../memory/estimate.ts";
import { plannedSums } from "../memory/planned-terms.ts";
import { carriesState } from "../memory/recurrent-state.ts";
import { remember } from "../memory/remember.ts";
import { stageParts } from "../memory/stage-parts.ts";
import { stageLayers } from "../model/layer-groups.ts";
import type { Parallelism } from "../model/parallelism.ts";
import type { StoredWeights } from "../model/quantization.ts";
import { GIB } from "../units/units.ts";
import type { CardClass } from "./card-classes.ts";
import type { Layout } from "./layout.ts";
import type { PlannedModel } from "./planned-model.ts";

/** Whether the cards of a class read each other's memory: all pairs, none, or only some (bridged pairs). */
export type PeersOf = (classes: readonly CardClass[]) => "all" | "none" | "some";

/** A precision and a layout of one model, to be priced. */
export interface Trial {
  readonly model: PlannedModel;
  readonly weights: StoredWeights;
  readonly preference: number;
  /** Tells the model's variants apart: empty for its own settings. */
  readonly variant: string;
  readonly layout: Layout;
  readonly peers: ReturnType<PeersOf>;
  /** Prices that were computed for this model before. */
  readonly known: Map<string, Map<number, RankPrice>>;
}

/** The memory request of a trial with its stages cut this way. */
export function requestOf(
  { model, weights, layout, peers }: Trial,
  parallelism: Parallelism,
): MemoryRequest {
  return {
    model: model.spec,
    engine: model.engine,
    version: model.version,
    weights,
    kvCacheDtype: model.kvCacheDtype,
    parallelism,
    stageCapabilities: layout.stages.map((stage) => stage[0]?.cardClass.computeCapability ?? ""),
    memoryGiB: leastMemoryGiB(layout),
    hasPeerToPeer: peers === "all",
    limits: model.limits,
  };
}

/** Facts depend on memory in steps of whole GiB; an engine takes those of its smallest card. */
function leastMemoryGiB({ stages }: Layout): number {
  let least = Number.POSITIVE_INFINITY;
  for (const stage of stages) {
    for (const { cardClass } of stage) {
      least = Math.min(least, leastMemoryOf(cardClass));
    }
  }
  return Math.floor(least / GIB);
}

function leastMemoryOf(cardClass: CardClass): number {
  const known = leastMemories.get(cardClass);
  const least = known ?? Math.min(...cardClass.gpus.map(({ memory }) => memory));
  leastMemories.set(cardClass, least);
  return least;
}

const leastMemories = new WeakMap<CardClass, number>();

/**
 * Probability with which a rank may hold more than the plan counts. Ranks of one stage on one kind of card hold the
 * same, so they miss it together; the replica's risk is shared by its stages and kinds.
 */
export function rankRisk(model: PlannedModel, layout: Layout): number {
  return model.risk / layout.stages.flat().length;
}

/** What a plan counts for one rank of a stage whatever it serves, and what each sequence adds. */
export interface RankPrice {
  readonly fixed: number;
  /** Of `fixed`, what the engine counts when it sizes its KV cache, and blocks that no sequence gets. */
  readonly counted: number;
  readonly perSequence: number;
}

export interface StagePrice extends RankPrice {
  readonly cardClass: CardClass;
  readonly ranks: number;
}

/** What each rank of a stage holds, for each kind of card that the stage is on. */
export function priceStage(
  trial: Trial,
  parallelism: Parallelism,
  stage: number,
): readonly StagePrice[] {
  const cut = { stage, ...stageLayers(trial.model.spec, { parallelism, stage }) };
  return (trial.layout.stages[stage] ?? []).map(({ cardClass, ranks }) => ({
    cardClass,
    ranks,
    ...pricesOn(trial, stage, cardClass.computeCapability)(cut, () => parallelism),
  }));
}

/** Some layers of a model as one of its stages. */
export interface StageCut {
  readonly stage: number;
  readonly start: number;
  readonly count: number;
}

/** Prices of a stage on one kind of card by the layers that it has; `parallelismOf` is asked for those not known yet. */
export type PriceOfCut = (cut: StageCut, parallelismOf: () => Parallelism) => RankPrice;

/** Each price is computed once for a model: layouts differ in much that no rank's memory depends on. */
export function pricesOn(trial: Trial, stage: number, capability: string): PriceOfCut {
  const key = priceKey(trial, stage, capability);
  const about = { model: trial.model.spec, weights: trial.weights };
  const known =
    trial.known.get(key) ??
    remembered(about, `${settingKey(trial.model)} ${key}`, () => new Map<number, RankPrice>());
  trial.known.set(key, known);
  const isAlike = trial.model.spec.layers.length === 1;
  return (cut, parallelismOf) => {
    // where it begins only matters if layers differ
    const at = (isAlike ? 0 : cut.start) * MOST_LAYERS + cut.count;
    const price = known.get(at) ?? computePrice(trial, parallelismOf(), { stage, capability });
    known.set(at, price);
    return price;
  };
}

/** More layers than a model has; the deepest seen has 128. */
const MOST_LAYERS = 2 ** 16;

/** Everything that a rank's memory depends on besides its layers. */
function priceKey(
  { model, weights, peers, layout, variant }: Trial,
  stage: number,
  capability: string,
): string {
  const { tp, pp } = layout;
  const ends = `${stage === 0}${stage === pp - 1}${tp * pp > 1}`;
  // state is held for every stage in flight
  const depth = carriesState(model.spec) ? pp : "";
  return `${weights.quantization}/${tp}/${depth}/${ends}/${capability}/${peers}/${layoutKey(layout)}/${variant}`;
}

/** The same model is priced again where only what has nothing to do with prices was changed. */
const remembered = remember<Map<number, RankPrice>>();

/** What prices depend on besides the layout. */
export function settingKey(model: PlannedModel): string {
  const setting = settings.get(model) ?? settingsOf(model);
  settings.set(model, setting);
  return setting;
}

const settings = new WeakMap<PlannedModel, string>();

function settingsOf(model: PlannedModel): string {
  const { engine, version, ep, kvCacheDtype, limits, tokensPerBlock, roundsBlocksUp, risk } = model;
  return JSON.stringify([
    engine.id,
    engine.corrections,
    version,
    ep,
    kvCacheDtype,
    limits,
    tokensPerBlock,
    roundsBlocksUp,
    risk,
  ]);
}

function layoutKey(layout: Layout): string {
  const key = layoutKeys.get(layout) ?? `${layout.stages.flat().length}/${leastMemoryGiB(layout)}`;
  layoutKeys.set(layout, key);
  return key;
}

const layoutKeys = new WeakMap<Layout, string>();

function computePrice(
  trial: Trial,
  parallelism: Parallelism,
  { stage, capability }: { readonly stage: number; readonly capability: string },
): RankPrice {
  const { model, peers, layout } = trial;
  const risk = rankRisk(model, layout);
  const request = {
    ...requestOf(trial, parallelism),
    stageCapabilities: layout.stages.map(() => capability),
  };
  const { tokensPerBlock, roundsBlocksUp: roundsUp } = model;
  // where only some pairs are bridged, which cards it will be is not known yet: the dearer way counts
  const ways = peers === "some" ? [false, true] : [peers === "all"];
  const parts = ways.map((hasPeerToPeer) =>
    stageParts({ ...request, hasPeerToPeer }, { tokensPerBlock, roundsUp }, stage),
  );
  const sums = parts.map(({ terms }) => plannedSums(terms, risk));
  const { poolBytes = 0, nullBytes = 0 } = parts[0] ?? {};
  return {
    fixed: Math.max(...sums.map(({ all }) => all)) + nullBytes,
    counted: Math.max(...sums.map(({ before }) => before)) + nullBytes,
    perSequence: poolBytes,
  };
}
