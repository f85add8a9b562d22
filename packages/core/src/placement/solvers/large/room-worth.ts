import type { FleetIndex } from "../fleet-index.ts";
import { cellsOf } from "../patterns/grid.ts";
import type { PriceOf } from "./ways.ts";

/** Divisible by all numbers up to 10 but 7: halves, thirds and fifths of a card stay what they are. */
const CELLS = 360;
/** Where in its cell a need is priced: near its upper end, and clear of the rounding there. */
const NEAR_END = 0.999;
/** Of what a card's memory is a part of the fleet's: room that no filling needs is worth a little all the same. */
const PLAIN_PART = 1e-3;

/**
 * What room on cards is worth at some prices: as much as the dearest filling of it. Taking a place costs what room is
 * worth before less what it is worth after, so that a need of more than half a card is dear where nothing fits beside it,
 * and cheap on a card of several times its size. (Bid prices of revenue management; Talluri and van Ryzin, 1998.)
 */
export class RoomWorth {
  /** By class, then cells. */
  private readonly values: readonly Float64Array[];
  private readonly capacities: readonly number[];
  private readonly plain: number;

  constructor(fleet: FleetIndex, priceOf: PriceOf) {
    const all = fleet.capacities.reduce((sum, capacity) => sum + capacity, 0);
    this.capacities = fleet.pools.map(({ mostCapacity }) => Math.max(1, mostCapacity));
    this.values = this.capacities.map((capacity, cardClass) =>
      dearestFillings((cells) => priceOf(cardClass, (capacity * (cells + NEAR_END)) / CELLS)),
    );
    this.plain = PLAIN_PART / Math.max(1, all);
  }

  /** What so much room on a card of the class is worth; below 0 for less than none. */
  of(cardClass: number, room: number): number {
    const cells = cellsOf(room, this.capacities[cardClass] ?? 1, CELLS);
    const value = this.values[cardClass]?.[cells] ?? 0;
    return value + room * this.plain;
  }
}

/** By cells, what the dearest filling is worth that any number of each place may be in. */
function dearestFillings(priceAt: (cells: number) => number): Float64Array {
  const prices = Float64Array.from({ length: CELLS }, (_, cells) => priceAt(cells));
  const best = new Float64Array(CELLS);
  for (let room = 1; room < CELLS; room += 1) {
    let most = best[room - 1] ?? 0;
    for (let cells = 1; cells <= room; cells += 1) {
      most = Math.max(most, (prices[cells] ?? 0) + (best[room - cells] ?? 0));
    }
    best[room] = most;
  }
  return best;
}
