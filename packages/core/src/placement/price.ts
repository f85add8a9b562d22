import { estimateStage, type MemoryRequest } from "../memory/estimate.ts";
import { cacheSetting, sequenceCache } from "../memory/kv-sequence.ts";
import { plannedBytes, plannedTerms } from "../memory/planned-terms.ts";
import { remember } from "../memory/remember.ts";
import { layerCount } from "../model/layer-groups.ts";
import type { Parallelism } from "../model/parallelism.ts";
import type { StoredWeights } from "../model/quantization.ts";
import { GIB } from "../units/units.ts";
import type { CardClass } from "./card-classes.ts";
import type { Layout, StageCards } from "./layout.ts";
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
  readonly known: Map<string, RankPrice>;
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
function leastMemoryGiB(layout: Layout): number {
  const known = leastMemories.get(layout);
  if (known !== undefined) {
    return known;
  }
  const cards = layout.stages.flat().flatMap(({ cardClass }) => cardClass.gpus);
  const least = Math.floor(Math.min(...cards.map(({ memory }) => memory)) / GIB);
  leastMemories.set(layout, least);
  return least;
}

/** A search for the best cut asks for the same layout thousands of times. */
const leastMemories = new WeakMap<Layout, number>();

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
  const groups: StageCards = trial.layout.stages[stage] ?? [];
  return groups.map(({ cardClass, ranks }) => ({
    cardClass,
    ranks,
    ...priceRank(trial, parallelism, { stage, capability: cardClass.computeCapability }),
  }));
}

interface StageOn {
  readonly stage: number;
  readonly capability: string;
}

/** Each price is computed once for a model: layouts differ in much that no rank's memory depends on. */
function priceRank(trial: Trial, parallelism: Parallelism, on: StageOn): RankPrice {
  const key = priceKey(trial, parallelism, on);
  const price =
    trial.known.get(key) ??
    remembered(
      { model: trial.model.spec, weights: trial.weights },
      settingKey(trial.model, key),
      () => computePrice(trial, parallelism, on),
    );
  trial.known.set(key, price);
  return price;
}

/** The same model is priced again where only what has nothing to do with prices was changed. */
const remembered = remember<RankPrice>();

/** What the price depends on besides the layout, put before it. */
function settingKey(model: PlannedModel, key: string): string {
  const setting = settings.get(model) ?? settingsOf(model);
  settings.set(model, setting);
  return `${setting} ${key}`;
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

/** Everything that a rank's memory depends on; where the stage begins only matters if layers differ. */
function priceKey(
  { model, weights, peers, layout, variant }: Trial,
  { tp, pp, stageLayers = [] }: Parallelism,
  { stage, capability }: StageOn,
): string {
  const ends = `${stage === 0}${stage === pp - 1}${tp * pp > 1}`;
  const start =
    model.spec.layers.length > 1
      ? stageLayers.slice(0, stage).reduce((sum, count) => sum + count, 0)
      : 0;
  return `${weights.quantization}/${tp}/${ends}/${start}/${stageLayers[stage]}/${capability}/${peers}/${layoutKey(layout)}/${variant}`;
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
  { stage, capability }: StageOn,
): RankPrice {
  const { model, peers, layout } = trial;
  const risk = rankRisk(model, layout);
  const request = {
    ...requestOf(trial, parallelism),
    stageCapabilities: layout.stages.map(() => capability),
  };
  // where only some pairs are bridged, which cards it will be is not known yet: the dearer way counts
  const ways = peers === "some" ? [false, true] : [peers === "all"];
  const memories = ways.map((hasPeerToPeer) => estimateStage({ ...request, hasPeerToPeer }, stage));
  const terms = memories.map((memory) => plannedTerms(memory.terms, risk));
  const held = (taken: "any" | "before-kv"): number =>
    Math.max(...terms.map((own) => plannedBytes(own, taken)));
  const { tokensPerBlock, roundsBlocksUp: roundsUp } = model;
  const cache = sequenceCache(cacheSetting(request, { tokensPerBlock, roundsUp }), stage);
  return {
    fixed: held("any") + cache.nullBytes,
    counted: held("before-kv") + cache.nullBytes,
    perSequence: cache.poolBytes,
  };
}

/**
 * Whether a stage with so many layers, alone on its cards, has room for so many sequences. Prices each
 * stage and number of layers once: a search for the best cut asks again and again.
 */
export function stageFits(
  trial: Trial,
  parallelism: Parallelism,
): (stage: number, count: number, sequences: number) => boolean {
  const known: (readonly StagePrice[])[][] = [];
  const likeOf = likeStages(trial, parallelism.pp);
  const pricesOf = (stage: number, count: number): readonly StagePrice[] => {
    const like = likeOf[stage] ?? stage;
    const own = known[like] ?? [];
    known[like] = own;
    own[count] ??= priceStage(trial, cutAlone(trial, parallelism, { stage, count }), stage);
    return own[count];
  };
  return (stage, count, sequences) =>
    pricesOf(stage, count).every(
      (price) => price.fixed + sequences * price.perSequence <= price.cardClass.capacity,
    );
}

/** For each stage the first that costs the same with as many layers: one on the same cards, with the same ends, of like layers. */
function likeStages({ model, layout }: Trial, pp: number): readonly number[] {
  if (model.spec.layers.length > 1) {
    return [];
  }
  const isEnd = (stage: number): boolean => stage === 0 || stage === pp - 1;
  return layout.stages.map((own, stage) =>
    isEnd(stage) ? stage : layout.stages.findIndex((other, i) => other === own && !isEnd(i)),
  );
}

/** Only this stage's layers, from about where it would begin in an even split. */
function cutAlone(
  trial: Trial,
  parallelism: Parallelism,
  { stage, count }: { readonly stage: number; readonly count: number },
): Parallelism {
  const layers = layerCount(trial.model.spec);
  const stageLayers = Array.from({ length: parallelism.pp }, () => 0);
  stageLayers[0] = Math.min(Math.round((stage * layers) / parallelism.pp), layers - count);
  stageLayers[stage] = count;
  return { ...parallelism, stageLayers };
}
