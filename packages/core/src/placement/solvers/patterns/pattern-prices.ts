import { cheapestPlaced } from "../large/cheapest-placed.ts";
import type { PlacedLeast } from "../milp.ts";
import { fillCard } from "./fill-card.ts";
import { lift } from "./lift.ts";
import type { PatternLoads } from "./pattern-loads.ts";

/** What prices of places prove. */
interface Judgement {
  /** What the models' cheapest ways cost, when all cards are worth 1: above 1 there is no layout. */
  readonly cost: number;
  /** What all cards are worth. */
  readonly worth: number;
}

/**
 * Any prices of places give a proof. A card is worth its dearest filling, so no layout's places are worth more
 * than all cards. Each replica takes the places of one of its ways, which cost no less than the cheapest. So where
 * the cheapest ways of the models that are placed cost more than the cards are worth, there is no layout of them.
 * A place without a price costs what the largest one costs that is no larger: in a filling that one may stand for it.
 */
export function judgePrices(
  loads: PatternLoads,
  placed: readonly PlacedLeast[],
  prices: Float64Array,
): Judgement {
  const { cards, models } = loads;
  const worth = cards.reduce((sum, kind) => sum + kind.count * fillCard(kind, prices).value, 0);
  const lifted = lift(loads, prices);
  const costs = models.map(({ priority, replicas, ways }) => ({
    priority,
    cost: replicas * cheapestOf(ways, lifted),
  }));
  const cost = cheapestPlaced(costs, placed).reduce((sum, one) => sum + one.cost, 0);
  return { cost: cost === 0 ? 0 : cost / worth, worth };
}

/** Infinity where there is no way. */
function cheapestOf(ways: readonly (readonly number[])[], prices: Float64Array): number {
  let least = Number.POSITIVE_INFINITY;
  for (const way of ways) {
    least = Math.min(least, costOf(way, prices));
  }
  return least;
}

/** What the places of a way cost together. */
export function costOf(way: readonly number[], prices: Float64Array): number {
  let cost = 0;
  for (let i = 0; i < way.length; i += 2) {
    cost += (prices[way[i] ?? -1] ?? 0) * (way[i + 1] ?? 0);
  }
  return cost;
}
