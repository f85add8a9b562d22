import { bytesOf, type Choice, cardsOf } from "./choice.ts";
import { choicesAt } from "./choices.ts";
import type { FleetIndex } from "./fleet-index.ts";
import { NO_FILES } from "./host-limits.ts";
import type { KeptFor } from "./without-beaten.ts";

/** A way to place one model (or, with no runs and no level, to leave it out) and what it costs in the search's budget. */
export interface PricedChoice extends Choice {
  readonly level: number | undefined;
  readonly penalty: number;
}

/** One model with its ways, cheapest first. */
export interface Item {
  readonly model: number;
  readonly isExclusive: boolean;
  readonly choices: readonly PricedChoice[];
}

/** A level that a model may have (none: it is left out) at a penalty. */
export interface Case {
  readonly level: number | undefined;
  readonly penalty: number;
}

export type ModelCases = readonly { readonly model: number; readonly cases: readonly Case[] }[];

export interface ItemList {
  readonly items: readonly Item[];
  /** Some ways were dropped, so that finding nothing proves nothing. */
  readonly isCut: boolean;
}

/** What a step of each costs in the search's budget. */
export interface ChoicePrices {
  readonly preference: number;
  readonly links: number;
  readonly mixing: number;
}

/** Making a choice part of a search takes about as long as this many states. */
const UNITS_PER_CHOICE = 2;

/** Choices cost nothing by themselves. */
export const FREE: ChoicePrices = { preference: 0, links: 0, mixing: 0 };

/** Items in the order in which they are best placed: the hardest first. */
export function itemsOf(fleet: FleetIndex, cases: ModelCases, prices: ChoicePrices): ItemList {
  let isCut = false;
  let count = 0;
  const items = cases.map(({ model, cases: own }) => {
    const lists = own.map((one) => pricedChoices(fleet, model, one, prices));
    isCut ||= lists.some((list) => list.isCut);
    count += lists.reduce((sum, list) => sum + list.choices.length, 0);
    const choices = lists
      .flatMap((list) => list.choices)
      .sort((a, b) => a.penalty - b.penalty || bytesOf(a) - bytesOf(b) || cardsOf(a) - cardsOf(b));
    return { model, isExclusive: fleet.problem.demands[model]?.isExclusive === true, choices };
  });
  fleet.work?.spend(UNITS_PER_CHOICE * count);
  return { items: hardestFirst(fleet, items), isCut };
}

/** The cases with every penalty so many times as high, to make room for finer prices. */
export function scaledCases(cases: ModelCases, scale: number): ModelCases {
  return cases.map((one) => ({
    ...one,
    cases: one.cases.map((own) => ({ ...own, penalty: own.penalty * scale })),
  }));
}

function pricedChoices(
  fleet: FleetIndex,
  model: number,
  { level, penalty }: Case,
  prices: ChoicePrices,
): { readonly choices: readonly PricedChoice[]; readonly isCut: boolean } {
  if (level === undefined) {
    const none = { runs: [], preference: 0, links: 0, mixing: 0, options: [], files: NO_FILES };
    return { choices: [{ ...none, level, penalty }], isCut: false };
  }
  const demand = fleet.problem.demands[model];
  if (demand === undefined) {
    return { choices: [], isCut: false };
  }
  const list = choicesAt(fleet, demand, { level, keptFor: keptForAt(prices) });
  return {
    isCut: list.isCut,
    choices: list.choices.map((choice) => ({
      ...choice,
      level,
      penalty:
        penalty +
        prices.preference * choice.preference +
        prices.links * choice.links +
        prices.mixing * choice.mixing,
    })),
  };
}

function keptForAt({ preference, links, mixing }: ChoicePrices): KeptFor {
  if (links > 0 || mixing > 0) {
    return "links";
  }
  return preference > 0 ? "precision" : "room";
}

function hardestFirst(fleet: FleetIndex, items: readonly Item[]): Item[] {
  return items
    .map((item) => ({ item, hardness: hardnessOf(fleet, item) }))
    .sort((a, b) => b.hardness - a.hardness || a.item.model - b.item.model)
    .map(({ item }) => item);
}

/** Part of its cards that the model takes at least; an exclusive one takes them whole. */
function hardnessOf(fleet: FleetIndex, item: Item): number {
  const parts = item.choices
    .filter((choice) => choice.level !== undefined)
    .map((choice) => choice.runs.reduce((sum, run) => sum + partOf(fleet, item, run), 0));
  return parts.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
}

function partOf(fleet: FleetIndex, item: Item, run: Choice["runs"][number]): number {
  const capacity = fleet.pools[run.pool]?.mostCapacity ?? 0;
  return run.count * (item.isExclusive || capacity === 0 ? 1.5 : run.need / capacity);
}
