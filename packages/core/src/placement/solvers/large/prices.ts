import { sameExp, sameLog } from "../../../units/same-math.ts";
import type { PlacedLeast } from "../milp.ts";
import { cheapestPlaced, type Payable } from "./cheapest-placed.ts";
import type { Loads } from "./loads.ts";

/** Prices of the resources that make the cheapest layout as dear as was found. */
export interface Priced {
  /** What the cheapest ways cost at these prices, when the fleet costs 1: above 1 there is no layout. */
  readonly cost: number;
  readonly prices: Float64Array;
}

/** Above the rounding of sums over a few thousand models in double precision. */
const MARGIN = 1e-9;

/** Whether such prices prove that there is no layout. */
export function isRefuted({ cost }: Priced): boolean {
  return cost > 1 + MARGIN;
}

/**
 * Looks for prices at which the models can't pay for their cheapest ways: multiplicative weights, where a
 * resource that the cheapest ways overload becomes dearer. Any prices give a proof; more rounds give better
 * ones. Stops where the ways taken so far, in parts, overload nothing: then there is no proof.
 */
export function findPrices(
  loads: Loads,
  at: {
    readonly placed: readonly PlacedLeast[];
    readonly rounds: number;
    readonly start: Float64Array;
  },
): Priced {
  const market = new Market(loads, at.placed);
  const logs = at.start.map((price) => sameLog(Math.max(price, LEAST_PRICE)));
  const sums = new Float64Array(loads.count);
  let best: Priced = { cost: 0, prices: normalised(logs) };
  for (let round = 1; round <= at.rounds; round += 1) {
    const prices = normalised(logs);
    const { cost, taken } = market.cheapest(prices);
    best = cost > best.cost ? { cost, prices } : best;
    add(sums, taken, 1);
    const isHopeless = round === FIRST_ROUNDS && best.cost < HOPEFUL;
    if (isRefuted(best) || isHopeless || mostOf(sums) <= round) {
      return best;
    }
    add(logs, taken, STEP / Math.sqrt(round) / mostOf(taken));
  }
  return best;
}

/** Prices that are so far from a proof after so many rounds never became one where that was tried; later ones gain little. */
const FIRST_ROUNDS = 60;
const HOPEFUL = 0.9;

function add(to: Float64Array, values: Float64Array, factor: number): void {
  for (let i = 0; i < to.length; i += 1) {
    to[i] = (to[i] ?? 0) + factor * (values[i] ?? 0);
  }
}

/** How far the logarithm of the most overloaded resource's price rises in the first round. */
const STEP = 2;
const LEAST_PRICE = 1e-6;

function normalised(logs: Float64Array): Float64Array {
  const most = mostOf(logs);
  const prices = logs.map((log) => sameExp(log - most));
  const all = prices.reduce((sum, price) => sum + price, 0);
  return prices.map((price) => price / all);
}

function mostOf(values: Float64Array): number {
  let most = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    most = Math.max(most, value);
  }
  return most;
}

interface Bought extends Payable {
  readonly m: number;
  readonly option: number;
}

/** The models' cheapest ways at given prices. */
class Market {
  private readonly loads: Loads;
  private readonly placed: readonly PlacedLeast[];
  private readonly costs: Float64Array;
  private readonly taken: Float64Array;

  constructor(loads: Loads, placed: readonly PlacedLeast[]) {
    this.loads = loads;
    this.placed = placed;
    this.costs = new Float64Array(loads.needs.length);
    this.taken = new Float64Array(loads.count);
  }

  cheapest(prices: Float64Array): { readonly cost: number; readonly taken: Float64Array } {
    const { needs, models } = this.loads;
    needs.forEach(({ first, parts }, n) => {
      let cost = 0;
      for (let k = 0; k < parts.length; k += 1) {
        cost += (parts[k] ?? 0) * (prices[first + k] ?? 0);
      }
      this.costs[n] = cost;
    });
    const bought = cheapestPlaced(
      models.map((_, m) => this.cheapestOf(m)),
      this.placed,
    );
    this.taken.fill(0);
    let cost = 0;
    for (const one of bought) {
      cost += one.cost;
      this.take(one);
    }
    return { cost, taken: this.taken };
  }

  private cheapestOf(m: number): Bought {
    const { options = [], replicas = 1, priority = 0 } = this.loads.models[m] ?? {};
    let option = -1;
    let least = Number.POSITIVE_INFINITY;
    for (let o = 0; o < options.length; o += 1) {
      const way = options[o] ?? [];
      let cost = 0;
      for (let i = 0; i < way.length; i += 2) {
        cost += (this.costs[way[i] ?? 0] ?? 0) * (way[i + 1] ?? 0);
      }
      if (cost < least) {
        least = cost;
        option = o;
      }
    }
    return { m, option, cost: least * replicas, priority };
  }

  private take({ m, option }: Bought): void {
    const { options = [], replicas = 1 } = this.loads.models[m] ?? {};
    const way = options[option] ?? [];
    for (let i = 0; i < way.length; i += 2) {
      const { first = 0, parts = [] } = this.loads.needs[way[i] ?? 0] ?? {};
      const ranks = replicas * (way[i + 1] ?? 0);
      for (let k = 0; k < parts.length; k += 1) {
        this.taken[first + k] = (this.taken[first + k] ?? 0) + ranks * (parts[k] ?? 0);
      }
    }
  }
}
