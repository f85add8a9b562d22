import type { Effort } from "../effort.ts";
import type { FleetIndex } from "../fleet-index.ts";
import {
  EVERYTHING,
  levelAtShare,
  lowestLevel,
  NOTHING,
  type Ratio,
  sharesAbove,
} from "../levels.ts";
import type { PlacedLeast } from "../milp.ts";
import { type Loads, loadsOf } from "./loads.ts";
import { findPrices, isRefuted, type Priced } from "./prices.ts";
import { ROUNDINGS } from "./rounding.ts";
import type { Steps } from "./steps.ts";

export interface ShareBound {
  /** No layout that places so many models gives all of them more; none: there is no such layout. */
  readonly share: Ratio | undefined;
  /** Prices of each class's resources at which more can't be paid for. */
  readonly prices: Float64Array;
}

/** How long prices at one share are looked for, and how close shares are that are not told apart. */
export interface Care {
  readonly rounds: number;
  readonly near: number;
}

/** More rounds change the bound by less than a step, and a bound that is a thousandth too high is sound. */
export const CAREFUL: Care = { rounds: 300, near: 1.001 };
/** Where another bound follows; its prices serve the search all the same. */
export const QUICK: Care = { rounds: 300, near: 1.02 };

/** Bisection over the shares that there are; a share that can't be refuted bounds. */
export function* boundShare(
  { fleet, effort }: { readonly fleet: FleetIndex; readonly effort: Effort },
  placed: readonly PlacedLeast[],
  { rounds, near }: Care,
): Steps<ShareBound> {
  const { demands } = fleet.problem;
  const shares = [NOTHING, ...sharesAbove(demands, NOTHING)];
  let prices = evenPrices(fleet);
  let low = -1;
  let high = shares.length;
  let middle = high - 1;
  while (low + 1 < high && !isNear(shares[low], shares[high], near) && !effort.isAborted) {
    const share = shares[middle] ?? EVERYTHING;
    const priced = pricesFor(fleet, { placed, start: prices, share, rounds });
    if (isRefuted(priced)) {
      high = middle;
      prices = priced.cost < Number.POSITIVE_INFINITY ? priced.prices : prices;
    } else {
      low = middle;
    }
    middle = Math.floor((low + high) / 2);
    yield undefined;
  }
  return { share: shares[high - 1], prices };
}

export function isNear(low: Ratio | undefined, high: Ratio | undefined, near: number): boolean {
  return (
    low !== undefined &&
    high !== undefined &&
    high.served * low.wanted < near * low.served * high.wanted
  );
}

/** Most models that can be placed at their least, as far as prices tell. */
export function* mostPlaced(
  { fleet, effort }: { readonly fleet: FleetIndex; readonly effort: Effort },
  atLeast: number,
): Steps<number> {
  let low = atLeast;
  let high = fleet.problem.demands.length + 1;
  while (low + 1 < high && !effort.isAborted) {
    const models = Math.floor((low + high) / 2);
    const placed = [{ priority: undefined, models }];
    const { rounds } = CAREFUL;
    const priced = pricesFor(fleet, { placed, start: evenPrices(fleet), share: NOTHING, rounds });
    [low, high] = isRefuted(priced) ? [low, models] : [models, high];
    yield undefined;
  }
  return high - 1;
}

function pricesFor(
  fleet: FleetIndex,
  at: {
    readonly placed: readonly PlacedLeast[];
    readonly start: Float64Array;
    readonly share: Ratio;
    readonly rounds: number;
  },
): Priced {
  return findPrices(loadsAt(fleet, at.share), at);
}

/** What all models ask for at a share. */
export function loadsAt(fleet: FleetIndex, share: Ratio): Loads {
  const asked = fleet.problem.demands.map((demand, model) => ({
    model,
    level: share === NOTHING ? lowestLevel(demand) : levelAtShare(demand, share),
  }));
  return loadsOf(fleet, asked);
}

/** Memory for what part of the fleet's it is, and nearly nothing for the rest. */
export function evenPrices(fleet: FleetIndex): Float64Array {
  const prices = new Float64Array(fleet.pools.length * ROUNDINGS.length).fill(NEARLY_NOTHING);
  const all = fleet.capacities.reduce((sum, capacity) => sum + capacity, 0);
  fleet.pools.forEach(({ cards, mostCapacity }, p) => {
    prices[p * ROUNDINGS.length] = (cards.length * mostCapacity) / Math.max(1, all);
  });
  return prices;
}

const NEARLY_NOTHING = 1e-4;
