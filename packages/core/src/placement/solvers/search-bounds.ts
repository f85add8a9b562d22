import type { CardTable } from "./card-table.ts";
import type { FleetIndex } from "./fleet-index.ts";
import type { RoomWorth } from "./room.ts";
import type { Item } from "./search-items.ts";
import type { Tail, TailNeed } from "./search-tails.ts";
import { leastBytes, tailsOf } from "./search-tails.ts";

/** Tells states from which the rest can't be packed by adding up bytes. */
export class SearchBounds {
  private readonly fleet: FleetIndex;
  private readonly cardPrice: number;
  private readonly tails: readonly Tail[];
  /** Worth of each pool's cards: all of them, those with tenants, the best one without. */
  private readonly looks: Look[];

  constructor(from: {
    readonly fleet: FleetIndex;
    readonly items: readonly Item[];
    readonly cardPrice: number;
  }) {
    this.fleet = from.fleet;
    this.cardPrice = from.cardPrice;
    this.tails = tailsOf(from.fleet, from.items);
    this.looks = from.fleet.pools.map(() => ({ all: 0, touched: 0, freshest: 0 }));
  }

  /** Least that the items from this depth on cost. */
  penaltyFrom(depth: number): number {
    return this.tails[depth]?.penalty ?? 0;
  }

  /** False only where the items from this depth on can't be packed within what is left. */
  canHold(
    table: CardTable,
    at: { readonly depth: number; readonly worths: readonly RoomWorth[]; readonly left: number },
  ): boolean {
    const tail = this.tails[at.depth];
    if (tail === undefined || tail.penalty > at.left) {
      return false;
    }
    this.look(table, at.worths);
    for (const need of tail.needs) {
      if (!this.hasBytes(tail, need, at.left)) {
        return false;
      }
    }
    return true;
  }

  private look(table: CardTable, worths: readonly RoomWorth[]): void {
    for (const [p, pool] of this.fleet.pools.entries()) {
      const look = { all: 0, touched: 0, freshest: 0 };
      for (const card of pool.cards) {
        const value = worths[p]?.worth(table.roomOn(card)) ?? 0;
        look.all += value;
        if (!table.isFresh(card)) {
          look.touched += value;
        } else if (value > look.freshest) {
          look.freshest = value;
        }
      }
      this.looks[p] = look;
    }
  }

  private hasBytes(tail: Tail, need: TailNeed, left: number): boolean {
    const bytes = leastBytes(tail, need, left);
    let all = 0;
    let touched = 0;
    let freshest = 0;
    for (const [p, look] of this.looks.entries()) {
      const weight = need.weights[p] ?? 0;
      all += weight * look.all;
      touched += weight * look.touched;
      freshest = Math.max(freshest, weight * look.freshest);
    }
    if (bytes > all || this.cardPrice === 0) {
      return bytes <= all;
    }
    const fresh = bytes > touched ? Math.ceil((bytes - touched) / freshest) : 0;
    return tail.penalty + fresh * this.cardPrice <= left;
  }
}

interface Look {
  readonly all: number;
  readonly touched: number;
  readonly freshest: number;
}
