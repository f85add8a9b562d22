import type { MemoryTerm, RankMemory } from "../memory/breakdown.ts";
import { estimateStage, type MemoryRequest } from "../memory/estimate.ts";
import { type CardRoom, kvBudget, type Range } from "../memory/kv-budget.ts";
import { leastBudget } from "../memory/least-budget.ts";
import { stageLayers } from "../model/layer-groups.ts";
import { type RankRoom, rankRoom } from "./estimate-capacity.ts";
import { cardOf, type EstimateCard } from "./estimate-cards.ts";
import type { Setting } from "./estimate-setting.ts";

/** Ranks of one pipeline stage on cards that are alike: they hold equally much. */
export interface RankGroup extends Held {
  readonly room: RankRoom;
}

interface Held {
  readonly ranks: readonly number[];
  readonly layers: number;
  readonly gpu: EstimateCard["gpu"];
  readonly card: CardRoom;
  readonly rank: RankMemory;
}

/** All ranks, those that are alike together, in the order of their first. */
export function rankGroups(setting: Setting): readonly RankGroup[] {
  const { tp } = setting.memory.parallelism;
  const held: Held[] = [];
  for (let first = 0; first < setting.ranks; first += tp) {
    for (const ranks of alikeRanks(setting.cards, { first, tp })) {
      held.push(heldOn(setting, cardOf(setting.cards, ranks[0] ?? first), ranks));
    }
  }
  const budgets = budgetsOf(setting, held);
  return held.map(({ ranks, layers, gpu, card, rank }, i) => ({
    ranks,
    layers,
    gpu,
    card,
    rank,
    room: rankRoom(setting, rank, budgets[i] ?? NOTHING),
  }));
}

const NOTHING: Range = { value: 0, low: 0, high: 0 };

/** The ranks of a stage, by the card that they are on. */
function alikeRanks(
  cards: readonly EstimateCard[],
  { first, tp }: { readonly first: number; readonly tp: number },
): Iterable<readonly number[]> {
  if (cards.length === 1) {
    return [Array.from({ length: tp }, (_, i) => first + i)];
  }
  if (tp === 1) {
    return [[first]];
  }
  const groups = new Map<EstimateCard, number[]>();
  for (let rank = first; rank < first + tp; rank += 1) {
    const card = cardOf(cards, rank);
    const group = groups.get(card) ?? [];
    group.push(rank);
    groups.set(card, group);
  }
  return groups.values();
}

function heldOn(setting: Setting, card: EstimateCard, ranks: readonly number[]): Held {
  const [first = 0] = ranks;
  const memory = memoryOn(setting.memory, card);
  const { parallelism, model } = memory;
  const stage = Math.floor(first / parallelism.tp);
  const { count } = stageLayers(model, { parallelism, stage });
  const isIdle = setting.rules.dealsLayers && count === 0 && stage !== parallelism.pp - 1;
  const { totalBytes, usedBytes, gpu } = card;
  const { terms, kvBytesPerToken, cross } = isIdle ? idle(memory) : estimateStage(memory, stage);
  return {
    ranks,
    layers: count,
    gpu,
    card: { totalBytes, usedBytes, fraction: setting.fraction },
    rank: { rank: first, terms, kvBytesPerToken, ...(cross === undefined ? {} : { cross }) },
  };
}

/** The request as it runs on this card. */
function memoryOn(memory: MemoryRequest, { gpu }: EstimateCard): MemoryRequest {
  return memory.stageCapabilities[0] === gpu.computeCapability
    ? memory
    : { ...memory, stageCapabilities: [gpu.computeCapability] };
}

/** A card that llama.cpp gives no layer holds a context and nothing else. */
function idle(memory: MemoryRequest): Omit<RankMemory, "rank"> {
  const isContext = ({ id }: MemoryTerm): boolean => id === "context";
  return { terms: estimateStage(memory, 0).terms.filter(isContext), kvBytesPerToken: 0 };
}

function budgetsOf({ rules }: Setting, held: readonly Held[]): readonly Range[] {
  const budgets = held.map(({ rank, card }) => kvBudget(rules, card, rank.terms));
  if (!rules.followsLeastCard || held.length === 1) {
    return budgets;
  }
  const least = leastBudget(
    rules,
    held.map(({ rank, card }, i) => ({ card, terms: rank.terms, budget: budgets[i] ?? NOTHING })),
  );
  return budgets.map(() => least);
}
