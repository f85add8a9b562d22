import type { CardTable } from "./card-table.ts";
import type { FleetIndex } from "./fleet-index.ts";
import type { RoomWorth } from "./room.ts";
import type { Item } from "./search-items.ts";
import type { Tail } from "./search-tails.ts";
import { leastBytes, tailsOf, takesOf } from "./search-tails.ts";

/** Sums kept for one depth; prices of sequences and cards make many different ones. */
const MAX_KNOWN = 1000;

/** Tells states from which the rest can't be packed by adding up bytes. */
export class SearchBounds {
  private readonly fleet: FleetIndex;
  private readonly cardPrice: number;
  private readonly tails: readonly Tail[];
  private readonly least: readonly Map<number, readonly number[]>[];
  private readonly takes: ReturnType<typeof takesOf>;
  /** Worth of each pool's cards in the state last looked at. */
  private readonly pools: Worth[];
  /** At each depth, the worth of all cards in each weighting. */
  private readonly worths: Worth[][];

  constructor(from: {
    readonly fleet: FleetIndex;
    readonly items: readonly Item[];
    readonly cardPrice: number;
  }) {
    this.fleet = from.fleet;
    this.cardPrice = from.cardPrice;
    this.tails = tailsOf(from.fleet, from.items);
    this.least = this.tails.map(() => new Map());
    this.takes = takesOf(from.fleet, from.items);
    this.pools = from.fleet.pools.map(() => NO_WORTH);
    this.worths = this.tails.map(() => []);
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
    const worths = this.worths[at.depth];
    if (tail === undefined || worths === undefined || tail.penalty > at.left) {
      return false;
    }
    this.look(table, at.worths);
    const least = this.leastFrom(at.depth, at.left);
    for (let i = 0; i < least.length; i += 1) {
      const worth = this.worthIn(tail.needs[i]?.weights ?? []);
      worths[i] = worth;
      if (!this.isEnough(worth, { tail, bytes: least[i] ?? 0, left: at.left })) {
        return false;
      }
    }
    return true;
  }

  /**
   * False only where the items after this depth can't be packed beside the choice; `left` is less its
   * penalty. Judges the state that `canHold` was last asked about at this depth.
   */
  canTake(at: { readonly depth: number; readonly choice: number; readonly left: number }): boolean {
    const tail = this.tails[at.depth + 1];
    const worths = this.worths[at.depth];
    const taken = this.takes[at.depth]?.[at.choice];
    if (tail === undefined || worths === undefined || taken === undefined) {
      return false;
    }
    const least = this.leastFrom(at.depth + 1, at.left);
    for (let i = 0; i < least.length; i += 1) {
      const bytes = (taken[i] ?? 0) + (least[i] ?? 0);
      if (!this.isEnough(worths[i] ?? NO_WORTH, { tail, bytes, left: at.left })) {
        return false;
      }
    }
    return true;
  }

  private look(table: CardTable, worths: readonly RoomWorth[]): void {
    for (const [p, pool] of this.fleet.pools.entries()) {
      const look = lookAt(table, pool.cards, worths[p]);
      if (this.fleet.hosts.hasPower && look.freshest > 0) {
        const powered = table.hosts.mayWake(pool.cards[0] ?? -1);
        look.all = Math.min(look.all, look.touched + powered * look.freshest);
      }
      this.pools[p] = look;
    }
  }

  /** For each weighting, the least bytes of the items from this depth on when so much may be paid. */
  private leastFrom(depth: number, left: number): readonly number[] {
    const least = this.least[depth];
    const known = least?.get(left);
    const tail = this.tails[depth];
    if (known !== undefined || tail === undefined) {
      return known ?? [];
    }
    const bytes = tail.needs.map((need) => leastBytes(tail, need, left));
    if ((least?.size ?? 0) > MAX_KNOWN) {
      least?.clear();
    }
    least?.set(left, bytes);
    return bytes;
  }

  private worthIn(weights: readonly number[]): Worth {
    let all = 0;
    let touched = 0;
    let freshest = 0;
    for (const [p, pool] of this.pools.entries()) {
      const weight = weights[p] ?? 0;
      all += weight * pool.all;
      touched += weight * pool.touched;
      freshest = Math.max(freshest, weight * pool.freshest);
    }
    return { all, touched, freshest };
  }

  /** Whether the cards can give so many bytes and what is left pays for the fresh ones among them. */
  private isEnough(
    { all, touched, freshest }: Worth,
    at: { readonly tail: Tail; readonly bytes: number; readonly left: number },
  ): boolean {
    if (at.bytes > all || this.cardPrice === 0) {
      return at.bytes <= all;
    }
    const fresh = at.bytes > touched ? Math.ceil((at.bytes - touched) / freshest) : 0;
    return at.tail.penalty + fresh * this.cardPrice <= at.left;
  }
}

/** What cards are worth: all of them, those with tenants, the best one without. */
interface Worth {
  readonly all: number;
  readonly touched: number;
  readonly freshest: number;
}

const NO_WORTH: Worth = { all: 0, touched: 0, freshest: 0 };

function lookAt(
  table: CardTable,
  cards: readonly number[],
  worth: RoomWorth | undefined,
): { all: number; touched: number; freshest: number } {
  const look = { all: 0, touched: 0, freshest: 0 };
  for (const card of cards) {
    const value = worth?.worth(table.roomOn(card)) ?? 0;
    look.all += value;
    if (!table.isFresh(card)) {
      look.touched += value;
    } else if (value > look.freshest) {
      look.freshest = value;
    }
  }
  return look;
}
