import type { FleetIndex, Pool } from "./fleet-index.ts";
import type { RoomWorth } from "./room.ts";
import type { Item } from "./search-items.ts";
import { FRESH, Tenants } from "./tenants.ts";

/** What one pool's cards are worth together. */
export interface PoolWorth {
  /** Room on cards with tenants. */
  readonly touched: number;
  /** Room on all cards. */
  readonly all: number;
  /** Most room on a card without tenants. */
  readonly freshest: number;
}

/** What one card was before something was put on it. */
export interface CardBefore {
  readonly card: number;
  readonly room: number;
  readonly tenants: number;
  readonly placedAt: number;
}

/** The cards while a search puts models on them and takes them off again. */
export class CardTable {
  private readonly fleet: FleetIndex;
  private readonly tenantNumbers: Tenants;
  private readonly room: number[];
  private readonly tenants: number[];
  private readonly placedAt: number[];
  private readonly roomNumbers = new Map<number, number>();

  constructor(fleet: FleetIndex) {
    this.fleet = fleet;
    this.tenantNumbers = new Tenants(fleet);
    this.room = [...fleet.capacities];
    this.tenants = fleet.capacities.map(() => FRESH);
    this.placedAt = fleet.capacities.map(() => -1);
  }

  isFresh(card: number): boolean {
    return this.tenants[card] === FRESH;
  }

  /** Cards of the pool with this much room that the item may join and is not on yet; least room first. */
  cardsFor(
    item: Item,
    at: { readonly depth: number; readonly pool: number; readonly need: number },
  ): number[] {
    const cards = (this.fleet.pools[at.pool]?.cards ?? []).filter(
      (card) =>
        (this.room[card] ?? 0) >= at.need &&
        this.placedAt[card] !== at.depth &&
        this.tenantNumbers.mayJoin(this.tenants[card] ?? FRESH, item.model),
    );
    return cards.sort(
      (a, b) =>
        (this.room[a] ?? 0) - (this.room[b] ?? 0) ||
        (this.tenants[b] ?? 0) - (this.tenants[a] ?? 0) ||
        a - b,
    );
  }

  /** Position after `at` of the first card that differs from the one there. */
  nextUnlike(cards: readonly number[], at: number): number {
    const card = cards[at] ?? 0;
    let next = at + 1;
    while (next < cards.length && this.areAlike(card, cards[next] ?? 0)) {
      next += 1;
    }
    return next;
  }

  put(
    item: Item,
    at: { readonly card: number; readonly depth: number; readonly need: number },
  ): CardBefore {
    const { card, depth, need } = at;
    const before = {
      card,
      room: this.room[card] ?? 0,
      tenants: this.tenants[card] ?? FRESH,
      placedAt: this.placedAt[card] ?? -1,
    };
    this.room[card] = item.isExclusive ? -1 : before.room - need;
    this.tenants[card] = this.tenantNumbers.join(before.tenants, item.model);
    this.placedAt[card] = depth;
    return before;
  }

  restore({ card, room, tenants, placedAt }: CardBefore): void {
    this.room[card] = room;
    this.tenants[card] = tenants;
    this.placedAt[card] = placedAt;
  }

  worthOf(pool: Pool, worth: RoomWorth): PoolWorth {
    let touched = 0;
    let all = 0;
    let freshest = 0;
    for (const card of pool.cards) {
      const value = worth.worth(this.room[card] ?? 0);
      all += value;
      if (this.isFresh(card)) {
        freshest = Math.max(freshest, value);
      } else {
        touched += value;
      }
    }
    return { touched, all, freshest };
  }

  /** A text that is equal for states in which the same packings of the rest exist. */
  key(worths: readonly RoomWorth[], tenantsMatter: boolean): string {
    const texts = this.fleet.pools.map((pool, p) => {
      const worth = worths[p];
      return worth === undefined ? "" : this.poolKey(pool, worth, tenantsMatter);
    });
    return sortMirrors(texts, this.fleet.mirrors).join("|");
  }

  private poolKey(pool: Pool, worth: RoomWorth, tenantsMatter: boolean): string {
    const codes: number[] = [];
    for (const card of pool.cards) {
      const room = this.room[card] ?? 0;
      if (room >= worth.least) {
        const tenants = tenantsMatter ? (this.tenants[card] ?? 0) : 0;
        codes.push(this.numberOf(worth.worth(room)) * TENANTS + tenants);
      }
    }
    codes.sort((a, b) => a - b);
    return codes.join();
  }

  private numberOf(room: number): number {
    const known = this.roomNumbers.get(room);
    if (known !== undefined) {
      return known;
    }
    this.roomNumbers.set(room, this.roomNumbers.size);
    return this.roomNumbers.size - 1;
  }

  private areAlike(a: number, b: number): boolean {
    return this.room[a] === this.room[b] && this.tenants[a] === this.tenants[b];
  }
}

/** Above any number of kinds of tenants that a search meets: rooms times this stay below 2^53. */
const TENANTS = 2 ** 24;

/** Texts of pools that may be swapped, in a fixed order among themselves. */
function sortMirrors(texts: readonly string[], mirrors: readonly number[]): string[] {
  if (mirrors.every((mirror, i) => mirror === i)) {
    return [...texts];
  }
  const sorted = [...texts];
  for (const mirror of new Set(mirrors)) {
    const places = mirrors.flatMap((other, i) => (other === mirror ? [i] : []));
    const own = places.map((i) => texts[i] ?? "").sort();
    places.forEach((place, i) => {
      sorted[place] = own[i] ?? "";
    });
  }
  return sorted;
}
