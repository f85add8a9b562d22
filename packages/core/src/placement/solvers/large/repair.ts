import type { Effort } from "../effort.ts";
import { type Ejection, ejectionOn } from "./eject.ts";
import { insert } from "./insert.ts";
import type { Packing } from "./packing.ts";
import type { Random } from "./random.ts";
import type { Way } from "./ways.ts";

export interface Repair {
  readonly packing: Packing;
  /** Ways of each model at the level that it is to have. */
  readonly waysOf: (model: number) => readonly Way[];
  /** What it costs to send each item away: its price, times how often it was hard to place. */
  readonly costs: Float64Array;
  readonly random: Random;
  readonly effort: Effort;
}

/** Hosts that one ejection looks at; on larger fleets a sample of them. */
const HOSTS_LOOKED_AT = 8;
/** Ways that one ejection looks at: the cheapest ones. */
const WAYS_LOOKED_AT = 4;
/** What one item's look for a place counts as, in states of the exact search that take as long. */
const STATES_OF_LOOK = 16;

/**
 * Guided ejection search (Nagata and Bräysy, "A powerful route minimization heuristic", 2009): an item that
 * fits nowhere takes the place of others, and these look for another. Whoever fits nowhere is blamed, and who
 * is blamed is sent away last, so that the search does not go in circles. True when all have a place; else
 * `queue` holds those that have none yet, and the search may go on from there.
 */
export function repair(search: Repair, queue: number[], until: number): boolean {
  const { packing, costs, effort } = search;
  while (queue.length > 0) {
    const item = queue.at(-1) ?? 0;
    const ways = search.waysOf(packing.items[item]?.model ?? 0);
    if (ways.length === 0 || !effort.spend(until, STATES_OF_LOOK)) {
      return false;
    }
    queue.pop();
    if (!insert(packing, item, ways)) {
      costs[item] = (costs[item] ?? 0) + (ways[0]?.price ?? 0);
      queue.push(...swapIn(search, item, ways));
    }
  }
  return true;
}

/** Puts the item in the place of others, and gives these, the largest last. */
function swapIn(search: Repair, item: number, ways: readonly Way[]): readonly number[] {
  const { packing } = search;
  const ejection = cheapestEjection(search, item, ways);
  if (ejection === undefined) {
    return [item];
  }
  const victims = [...ejection.victims].map((victim) => ({
    victim,
    place: packing.placeOf(victim),
    size: packing.placeOf(victim)?.way.price ?? 0,
  }));
  for (const { victim } of victims) {
    packing.remove(victim);
  }
  if (!packing.isWithinLimits(item, ejection.place)) {
    for (const { victim, place } of victims) {
      if (place !== undefined) {
        packing.put(victim, place);
      }
    }
    return [item];
  }
  packing.put(item, ejection.place);
  return victims.sort((a, b) => a.size - b.size || a.victim - b.victim).map(({ victim }) => victim);
}

function cheapestEjection(
  { packing, costs, random }: Repair,
  item: number,
  ways: readonly Way[],
): Ejection | undefined {
  let best: Ejection | undefined;
  for (const way of ways.slice(0, WAYS_LOOKED_AT)) {
    const looks = Math.min(way.hosts.length, HOSTS_LOOKED_AT);
    const from = random.below(way.hosts.length);
    for (let i = 0; i < looks; i += 1) {
      const host = way.hosts[(from + i) % way.hosts.length] ?? 0;
      const below = best?.cost ?? Number.POSITIVE_INFINITY;
      best = ejectionOn(packing, { item, way, host, costs, below }) ?? best;
    }
  }
  return best;
}
