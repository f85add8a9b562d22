import { priceStep } from "../../price-step.ts";
import type { FleetIndex } from "../fleet-index.ts";
import type { Limit, Question } from "./question.ts";
import type { Listed } from "./ways.ts";

/** All cards of one price: how many are in use is branched on before what is on them. */
export interface PriceClass {
  /** As a part of the dearest one's price: linear programs like numbers of one size. */
  readonly cost: number;
  readonly cards: number;
  /** Positions of their pools. */
  readonly pools: readonly number[];
}

/** The prices that cards have, where a limit is on what they cost. */
export function priceClasses({ pools }: FleetIndex, { limits }: Question): readonly PriceClass[] {
  if (!limits.some(({ measure }) => measure.kind === "cost")) {
    return [];
  }
  const prices = pools.map(({ price = 0 }) => price);
  const dearest = dearestIn(prices);
  return [...new Set(prices)].map((price) => {
    const own = [...pools.keys()].filter((pool) => prices[pool] === price);
    const cards = own.reduce((sum, pool) => sum + (pools[pool]?.cards.length ?? 0), 0);
    return { cost: price / dearest, cards, pools: own };
  });
}

/** Position of the class of each pool's cards; -1 where prices are no matter. */
export function classesOfPools({ fleet, classes }: Pick<Listed, "fleet" | "classes">): number[] {
  return fleet.pools.map((_, pool) => classes.findIndex((own) => own.pools.includes(pool)));
}

/** Prices that add up to so much, as classes count them. */
export function costLimit({ pools }: FleetIndex, most: number): Limit {
  return { measure: { kind: "cost" }, most: most / dearestIn(pools.map(({ price = 0 }) => price)) };
}

/** Whether cards have prices that tell one layout from another. */
export function hasPrices({ pools }: FleetIndex): boolean {
  return pools.some(({ price = 0 }) => price > 0);
}

/** What no price of cards in use is less than another by, unless they are equal. */
export function leastStep({ pools }: FleetIndex): number {
  return pools.reduce((common, { price = 0 }) => commonDivisor(common, price), 0);
}

/**
 * What the cards in use may count for in all, as the fleet's `cardPrices` count them; undefined where it is no matter.
 * A layout that costs less may have more cards than a limit of them says: it is the better one.
 */
export function mostPaid(fleet: FleetIndex, limits: readonly Limit[]): number | undefined {
  const [cost, cards] = (["cost", "cards"] as const).map((kind) =>
    limits.reduce(
      (least, { measure, most }) => (measure.kind === kind ? Math.min(least, most) : least),
      Number.POSITIVE_INFINITY,
    ),
  ) as [number, number];
  if (cost === Number.POSITIVE_INFINITY) {
    return cards === Number.POSITIVE_INFINITY ? undefined : cards;
  }
  const step = priceStep(fleet.problem);
  const price = Math.round(cost * dearestIn(fleet.pools.map(({ price: own = 0 }) => own)));
  return price * step + Math.min(cards, step - 1);
}

function dearestIn(prices: readonly number[]): number {
  return prices.reduce((most, price) => Math.max(most, price), 0) || 1;
}

function commonDivisor(a: number, b: number): number {
  return b === 0 ? a : commonDivisor(b, a % b);
}
