import type { FactTable } from "../engine/facts.ts";
import type { EngineRules } from "../engine/rules.ts";
import { dealLayers } from "../memory/dealt-layers.ts";
import { layerCount } from "../model/layer-groups.ts";
import type { ModelSpec } from "../model/model.ts";
import type { Parallelism } from "../model/parallelism.ts";
import { InputError, shown } from "../report/errors.ts";
import { MIB } from "../units/units.ts";
import { cardOf, type EstimateCard, MOST_RANKS } from "./estimate-cards.ts";
import type { EstimateRequest } from "./estimate-document.ts";
import { positive } from "./estimate-request.ts";

/** Sizes of a deployment; an engine that deals out layers takes every card that it is given. */
export function parallelismOf(
  file: string,
  request: EstimateRequest,
  {
    rules,
    cards,
    attentionDp,
  }: { readonly rules: EngineRules; readonly cards: number; readonly attentionDp: boolean },
): Parallelism {
  const count = (key: "tp" | "pp" | "ep", fallback = 1): number =>
    positive(file, key, { value: request[key], fallback });
  const [tp, pp, ep] = [count("tp"), count("pp", rules.dealsLayers ? cards : 1), count("ep")];
  if (tp * pp > MOST_RANKS || ep > MOST_RANKS) {
    throw new InputError(
      { file, key: "tp" },
      `expected at most ${MOST_RANKS} ranks, got ${tp * pp}`,
    );
  }
  if (tp > 1 && !rules.hasTensorParallel) {
    throw new InputError(
      { file, key: "tp" },
      `expected 1 for ${rules.id}, which deals out whole layers over pp cards, got ${tp}`,
    );
  }
  return { tp, pp, ep, attentionDp };
}

interface StagePlace {
  readonly rules: EngineRules;
  readonly model: ModelSpec;
  readonly parallelism: Parallelism;
  readonly cards: readonly EstimateCard[];
  readonly factsOn: (card: EstimateCard) => FactTable;
}

/** The stages of a pipeline: as asked, as llama.cpp deals them out, or evenly. */
export function cutOf(file: string, request: EstimateRequest, place: StagePlace): Parallelism {
  const { rules, parallelism, model } = place;
  const partition = partitionOf(file, request, place);
  const shares = splitOf(file, request, place);
  if (partition !== undefined) {
    return { ...parallelism, stageLayers: partition };
  }
  if (!rules.dealsLayers || parallelism.pp === 1) {
    return parallelism;
  }
  const { layers, outputDevice } = dealLayers(layerCount(model), shares ?? freeOn(place));
  return { ...parallelism, pp: outputDevice + 1, stageLayers: layers.slice(0, outputDevice + 1) };
}

function partitionOf(
  file: string,
  { ppPartition }: EstimateRequest,
  { rules, model, parallelism: { pp } }: StagePlace,
): readonly number[] | undefined {
  if (ppPartition === undefined) {
    return;
  }
  const layers = layerCount(model);
  const refuse = (expected: string): never => {
    throw new InputError(
      { file, key: "ppPartition" },
      `expected ${expected}, got ${shown(ppPartition)}`,
    );
  };
  if (!rules.lists.has("ppPartition")) {
    refuse(`none for ${rules.id}, which has no stages that can be cut at will`);
  }
  const isRight = ppPartition.every((count) => Number.isSafeInteger(count) && count >= 1);
  const sum = ppPartition.reduce((total, count) => total + count, 0);
  if (!isRight || ppPartition.length !== pp || sum !== layers) {
    refuse(
      `${pp} whole numbers of at least 1, one for each stage of pp ${pp}, that add up to ${layers} layers`,
    );
  }
  return ppPartition;
}

/** llama.cpp's shares; undefined where it would take free memory, which all zeros stand for too. */
function splitOf(
  file: string,
  { tensorSplit }: EstimateRequest,
  { rules, parallelism: { pp } }: StagePlace,
): readonly number[] | undefined {
  if (tensorSplit === undefined) {
    return;
  }
  const refuse = (expected: string): never => {
    throw new InputError(
      { file, key: "tensorSplit" },
      `expected ${expected}, got ${shown(tensorSplit)}`,
    );
  };
  if (!rules.lists.has("tensorSplit")) {
    refuse(`none for ${rules.id}, which does not deal out layers by shares`);
  }
  if (
    tensorSplit.length !== pp ||
    !tensorSplit.every((share) => Number.isFinite(share) && share >= 0)
  ) {
    refuse(`${pp} shares of at least 0, one for each card`);
  }
  return tensorSplit.some((share) => share > 0) ? tensorSplit : undefined;
}

/** What llama.cpp finds free on each card: its own context is there by then. A full card gets no layer. */
function freeOn({ parallelism: { pp }, cards, factsOn }: StagePlace): readonly number[] {
  const free = Array.from({ length: pp }, (_, device) => {
    const card = cardOf(cards, device);
    const context = factsOn(card).need("contextMiB").value * MIB;
    return Math.max(0, card.totalBytes - card.usedBytes - context);
  });
  // where nothing is free anywhere, nothing fits however it is cut
  return free.some((bytes) => bytes > 0) ? free : free.map(() => 1);
}
