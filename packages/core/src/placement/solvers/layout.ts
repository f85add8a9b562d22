import type { Assignment, Demand, Option } from "../problem.ts";
import type { FleetIndex } from "./fleet-index.ts";
import type { Ratio } from "./levels.ts";
import { compareRatios, ratioAt, servedAt } from "./levels.ts";
import type { Packed } from "./packing-search.ts";

/** One model on its cards, all by position. */
export interface PlacedModel {
  readonly model: number;
  /** Sequences of each replica. */
  readonly level: number;
  readonly replicas: readonly PlacedReplica[];
}

export interface PlacedReplica {
  readonly option: number;
  /** One card a rank, stage by stage. */
  readonly cards: readonly number[];
}

/** Models that are placed, each once; the others are left out. */
export type Layout = readonly PlacedModel[];

/** What a layout reaches at each stage of the objective. */
interface Reached {
  /** Models placed at each priority, highest first. */
  readonly placed: readonly number[];
  /** Shares of the placed models, least first. */
  readonly shares: readonly Ratio[];
  readonly sequences: number;
  readonly precision: number;
  readonly cards: number;
  /** Weak links and GPU models beyond one, added up over the replicas' options. */
  readonly links: number;
  readonly mixing: number;
}

/** The layout that a search found; models that it left out are not in it. */
export function layoutOf(fleet: FleetIndex, packed: readonly Packed[]): Layout {
  return packed.flatMap((one) => placedModel(fleet, one)).sort((a, b) => a.model - b.model);
}

function placedModel(fleet: FleetIndex, { model, choice, cards }: Packed): PlacedModel[] {
  const demand = fleet.problem.demands[model];
  if (demand === undefined || choice.level === undefined) {
    return [];
  }
  const level = choice.level;
  const free = new Map(
    choice.runs.map((run, i) => [
      `${run.pool} ${run.need}`,
      [...(cards[i] ?? [])].sort((a, b) => b - a),
    ]),
  );
  const replicas = choice.options.map((option) => ({
    option,
    cards: (demand.options[option]?.stages ?? []).flatMap((stage) => {
      const need = stage.fixed + stage.perSequence * level;
      const own = free.get(`${fleet.poolOf.get(stage.cardClass)} ${need}`) ?? [];
      return own.splice(own.length - stage.ranks).reverse();
    }),
  }));
  return [{ model, level, replicas }];
}

/** Calls back for every rank with what it needs on its card. */
export function eachRank(
  option: Option,
  replica: PlacedReplica,
  visit: (card: number, stage: Option["stages"][number]) => void,
): void {
  let rank = 0;
  for (const stage of option.stages) {
    for (const card of replica.cards.slice(rank, rank + stage.ranks)) {
      visit(card, stage);
    }
    rank += stage.ranks;
  }
}

export function reachedBy(fleet: FleetIndex, layout: Layout): Reached {
  const demandOf = (placed: PlacedModel) => fleet.problem.demands[placed.model] as Demand;
  const priorities = prioritiesOf(fleet);
  const options = layout.flatMap((one) =>
    one.replicas.flatMap(({ option }) => demandOf(one).options[option] ?? []),
  );
  return {
    placed: priorities.map(
      (priority) => layout.filter((one) => demandOf(one).priority === priority).length,
    ),
    shares: layout.map((one) => ratioAt(demandOf(one), one.level)).sort(compareRatios),
    sequences: sumOf(layout, (one) => servedAt(demandOf(one), one.level)),
    precision: sumOf(options, ({ preference }) => preference),
    cards: usedPrice(fleet, layout),
    links: sumOf(options, ({ links = 0 }) => links),
    mixing: sumOf(options, ({ mixing = 0 }) => mixing),
  };
}

/** What the cards in use count for together. */
export function usedPrice({ cardPrices }: FleetIndex, layout: Layout): number {
  const touched = new Set(layout.flatMap((one) => one.replicas.flatMap((r) => r.cards)));
  return sumOf([...touched], (card) => cardPrices[card] ?? 1);
}

/** The priorities that occur, highest first. */
export function prioritiesOf(fleet: FleetIndex): number[] {
  return [...new Set(fleet.problem.demands.map((demand) => demand.priority))].sort((a, b) => b - a);
}

/** Positive where `a` is the better one, stage by stage. */
export function compareReached(a: Reached, b: Reached): number {
  return (
    firstDifference(a.placed, b.placed, (x, y) => x - y) ||
    firstDifference(a.shares, b.shares, compareRatios) ||
    a.sequences - b.sequences ||
    b.precision - a.precision ||
    b.cards - a.cards ||
    b.links - a.links ||
    b.mixing - a.mixing
  );
}

function firstDifference<T>(
  a: readonly T[],
  b: readonly T[],
  compare: (x: T, y: T) => number,
): number {
  for (const [i, x] of a.entries()) {
    const y = b[i];
    const difference = y === undefined ? 0 : compare(x, y);
    if (difference !== 0) {
      return difference;
    }
  }
  return 0;
}

export function assignmentsOf(fleet: FleetIndex, layout: Layout): Assignment[] {
  const { cards, demands } = fleet.problem;
  return layout.flatMap(({ model, level, replicas }) =>
    replicas.map((replica, i) => ({
      model: demands[model]?.model ?? "",
      replica: i,
      option: demands[model]?.options[replica.option]?.id ?? "",
      cards: replica.cards.map((card) => cards[card]?.id ?? ""),
      sequences: level,
    })),
  );
}

/** The layout that these assignments make. */
export function layoutIn(
  { problem: { cards, demands } }: FleetIndex,
  assignments: readonly Assignment[],
): Layout {
  const cardOf = new Map(cards.map(({ id }, card) => [id, card]));
  return demands.flatMap(({ model: name, options }, model) => {
    const own = assignments.filter((one) => one.model === name);
    const replicas = own.map(({ option, cards: ids }) => ({
      option: options.findIndex(({ id }) => id === option),
      cards: ids.map((id) => cardOf.get(id) ?? -1),
    }));
    return own[0] === undefined ? [] : [{ model, level: own[0].sequences, replicas }];
  });
}

function sumOf<T>(values: readonly T[], of: (value: T) => number): number {
  return values.reduce((sum, value) => sum + of(value), 0);
}
