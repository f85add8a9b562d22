import type { Effort } from "../effort.ts";
import type { FleetIndex } from "../fleet-index.ts";
import type { Target } from "./at-share.ts";
import type { Dives } from "./dives.ts";
import type { Random } from "./random.ts";
import { repair } from "./repair.ts";
import type { RoomWorth } from "./room-worth.ts";
import type { Sites } from "./sites.ts";
import type { Steps } from "./steps.ts";
import type { PriceOf } from "./ways.ts";

/** What all parts of the search over a large fleet share. */
export interface LargeSearch {
  readonly fleet: FleetIndex;
  readonly sites: Sites;
  readonly effort: Effort;
  readonly random: Random;
  /** Memory at one price everywhere. */
  readonly priceOf: PriceOf;
  /** Prices that a new packing may be made at. */
  readonly pricings: readonly PriceOf[];
  /** What room is worth, where that is known: a new packing may be made by it. */
  readonly worths: readonly RoomWorth[];
  /** Which options suit all cards together; not on a fleet where that takes too long. */
  readonly dives?: Dives | undefined;
}

/** States between two moments at which the search may be stopped; some tenths of a second on a large fleet. */
const STATES_AT_ONCE = 4096;

/** Repairs until all have a place or `states` are spent. */
export function* repairFor(
  { effort, random }: LargeSearch,
  at: { readonly target: Target; readonly queue: number[]; readonly states: number },
): Steps<boolean> {
  const { packing, ways } = at.target;
  const costs = Float64Array.from(packing.items, ({ model }) => ways.get(model)?.[0]?.price ?? 0);
  const waysOf = (model: number) => ways.get(model) ?? [];
  const end = effort.nodes + at.states;
  let isDone = false;
  while (!isDone && effort.nodes < end && effort.left > 0) {
    const before = effort.nodes;
    const until = Math.min(end, before + STATES_AT_ONCE);
    isDone = repair({ packing, waysOf, costs, random, effort }, at.queue, until);
    if (!isDone && effort.nodes === before) {
      return false;
    }
    yield undefined;
  }
  return isDone || at.queue.length === 0;
}
