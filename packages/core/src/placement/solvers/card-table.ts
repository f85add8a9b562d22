import type { FleetIndex } from "./fleet-index.ts";
import { HostTable } from "./host-table.ts";
import type { RoomWorth } from "./room.ts";
import type { Item } from "./search-items.ts";
import { FRESH, Tenants } from "./tenants.ts";

/** What one card was before something was put on it. */
interface CardBefore {
  readonly card: number;
  readonly room: number;
  readonly tenants: number;
  readonly placedAt: number;
}

/** The cards while a search puts models on them and takes them off again. */
export class CardTable {
  readonly hosts: HostTable;
  private readonly fleet: FleetIndex;
  private readonly tenantNumbers: Tenants;
  private readonly room: Float64Array;
  private readonly tenants: Int32Array;
  /** Depth of the item that was last put on the card. */
  private readonly placedAt: Int32Array;

  constructor(fleet: FleetIndex) {
    this.hosts = new HostTable(fleet.hosts);
    this.fleet = fleet;
    this.tenantNumbers = new Tenants(fleet);
    this.room = Float64Array.from(fleet.capacities);
    this.tenants = new Int32Array(fleet.capacities.length).fill(FRESH);
    this.placedAt = new Int32Array(fleet.capacities.length).fill(-1);
  }

  isFresh(card: number): boolean {
    return this.tenants[card] === FRESH;
  }

  roomOn(card: number): number {
    return this.room[card] ?? 0;
  }

  tenantsOn(card: number): number {
    return this.tenants[card] ?? FRESH;
  }

  mayJoin(model: number, card: number): boolean {
    return this.tenantNumbers.mayJoin(this.tenantsOn(card), model);
  }

  /** Whether the card is in use, or its host has power for it. */
  isPowered(card: number): boolean {
    return !this.isFresh(card) || this.hosts.mayWake(card) > 0;
  }

  /** Cards of the pool with this much room that the item may join and is not on yet; least room first. */
  cardsFor(
    item: Item,
    at: { readonly depth: number; readonly pool: number; readonly need: number },
  ): number[] {
    const cards: number[] = [];
    for (const card of this.fleet.pools[at.pool]?.cards ?? []) {
      if (
        this.roomOn(card) >= at.need &&
        this.placedAt[card] !== at.depth &&
        this.mayJoin(item.model, card) &&
        this.isPowered(card)
      ) {
        cards.push(card);
      }
    }
    return cards.sort(this.byRoom);
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
      room: this.roomOn(card),
      tenants: this.tenantsOn(card),
      placedAt: this.placedAt[card] ?? -1,
    };
    if (before.tenants === FRESH) {
      this.hosts.wake(card);
    }
    this.room[card] = item.isExclusive ? -1 : before.room - need;
    this.tenants[card] = this.tenantNumbers.join(before.tenants, item.model);
    this.placedAt[card] = depth;
    return before;
  }

  restore(before: CardBefore): void {
    if (before.tenants === FRESH) {
      this.hosts.sleep(before.card);
    }
    this.room[before.card] = before.room;
    this.tenants[before.card] = before.tenants;
    this.placedAt[before.card] = before.placedAt;
  }

  /** A text that is equal for states in which the same packings of the rest exist. */
  key(worths: readonly RoomWorth[], tenantsMatter: boolean): string {
    const { pools, mirrors } = this.fleet;
    const texts: string[] = [];
    for (const [p, pool] of pools.entries()) {
      const worth = worths[p];
      const host = this.hosts.text(pool.cards[0] ?? -1);
      texts.push(worth === undefined ? "" : host + this.poolKey(pool.cards, worth, tenantsMatter));
    }
    return sortMirrors(texts, mirrors).join("|");
  }

  private poolKey(cards: readonly number[], worth: RoomWorth, tenantsMatter: boolean): string {
    const codes: number[] = [];
    for (const card of cards) {
      const room = this.roomOn(card);
      if (room >= worth.least) {
        const tenants = tenantsMatter ? this.tenantsOn(card) : 0;
        insert(codes, worth.number(room) * TENANTS + tenants);
      }
    }
    return codes.join();
  }

  private areAlike(a: number, b: number): boolean {
    return this.room[a] === this.room[b] && this.tenants[a] === this.tenants[b];
  }

  private readonly byRoom = (a: number, b: number): number =>
    this.roomOn(a) - this.roomOn(b) || this.tenantsOn(b) - this.tenantsOn(a) || a - b;
}

/** Above any number of kinds of tenants that a search meets: room numbers times this stay exact. */
const TENANTS = 2 ** 20;

/** Keeps the values ascending. */
function insert(values: number[], value: number): void {
  let i = values.length;
  values.push(value);
  while (i > 0 && (values[i - 1] ?? 0) > value) {
    values[i] = values[i - 1] ?? 0;
    i -= 1;
  }
  values[i] = value;
}

/** Texts of pools that may be swapped, in a fixed order among themselves. */
function sortMirrors(texts: string[], mirrors: readonly number[]): readonly string[] {
  if (mirrors.every((mirror, i) => mirror === i)) {
    return texts;
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
