import type { FleetIndex } from "../fleet-index.ts";
import type { Fineness } from "./pattern-loads.ts";

/** Up to so many cards, places are told apart by model; on larger fleets that takes too long. */
const FEW_CARDS = 128;

/** Divisible by all numbers up to 10 or, the coarse one, all of them but 7: what is more than such a part of a card stays so. */
const FINE: Fineness = { cells: 2520, isByModel: true };
export const COARSE: Fineness = { cells: 360, isByModel: false };

/** The finest cut for which there is time on a fleet of this size. */
export function finestFor({ problem }: FleetIndex): Fineness {
  return problem.cards.length <= FEW_CARDS ? FINE : COARSE;
}
