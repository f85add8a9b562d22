import { CardTable } from "./card-table.ts";
import type { Effort } from "./effort.ts";
import type { FleetIndex } from "./fleet-index.ts";
import type { RoomWorth } from "./room.ts";
import { roomWorths } from "./room.ts";
import type { Tail } from "./search-bounds.ts";
import { leastBytes, tailsOf } from "./search-bounds.ts";
import type { Item, ItemList, PricedChoice } from "./search-items.ts";

/** A model as the search placed it, with the cards of each run of its choice. */
export interface Packed {
  readonly model: number;
  readonly choice: PricedChoice;
  readonly cards: readonly (readonly number[])[];
}

export type Found =
  | { readonly kind: "found"; readonly packed: readonly Packed[]; readonly penalty: number }
  /** There is none: a proof. */
  | { readonly kind: "none" }
  /** The limit came first. */
  | { readonly kind: "unknown" };

interface RunAt {
  readonly depth: number;
  readonly item: Item;
  readonly choice: PricedChoice;
  readonly run: number;
}

interface PickAt extends RunAt {
  readonly need: number;
  readonly cards: readonly number[];
}

interface PickState {
  readonly from: number;
  readonly count: number;
  readonly left: number;
}

const USELESS: RoomWorth = { least: Number.POSITIVE_INFINITY, worth: () => 0 };

/**
 * Branch and bound over ways and cards: is there a packing of all items whose penalties add up to at
 * most a budget? Cards of one pool with equal room and tenants are tried once; states that led
 * nowhere are remembered with the budget that was left there.
 */
export class PackingSearch {
  private readonly fleet: FleetIndex;
  private readonly list: ItemList;
  private readonly effort: Effort;
  private readonly cardPrice: number;
  private readonly tails: readonly Tail[];
  private readonly worths: readonly (readonly RoomWorth[])[];
  private readonly tenantsMatter: readonly boolean[];
  private readonly table: CardTable;
  private readonly dead: readonly Map<string, number>[];
  private readonly path: { choice: PricedChoice; cards: number[][] }[] = [];
  private until = 0;
  private hitLimit = false;

  /** `cardPrice` is paid for each card that had no tenant. */
  constructor(fleet: FleetIndex, list: ItemList, effort: Effort, cardPrice = 0) {
    this.fleet = fleet;
    this.list = list;
    this.effort = effort;
    this.cardPrice = cardPrice;
    this.tails = tailsOf(fleet, list.items);
    this.worths = roomWorths(fleet, list.items);
    this.table = new CardTable(fleet);
    this.tenantsMatter = list.items.map(
      (_, depth) =>
        cardPrice > 0 ||
        list.items.slice(depth).some((item) => fleet.conflicts[item.model]?.includes(true)),
    );
    this.dead = list.items.map(() => new Map());
  }

  /** Looks at no more than `nodes` states. */
  run(budget: number, nodes: number): Found {
    this.until = this.effort.nodes + nodes;
    this.hitLimit = false;
    const left = this.descend(0, budget);
    if (left >= 0) {
      return { kind: "found", packed: this.packed(), penalty: budget - left };
    }
    return { kind: this.hitLimit || this.list.isCut ? "unknown" : "none" };
  }

  private packed(): Packed[] {
    return this.list.items.flatMap((item, depth) => {
      const step = this.path[depth];
      return step === undefined
        ? []
        : [{ model: item.model, choice: step.choice, cards: step.cards.map((run) => [...run]) }];
    });
  }

  /** What is left of the budget in the packing found (then in `path`), or -1. */
  private descend(depth: number, left: number): number {
    const item = this.list.items[depth];
    if (item === undefined) {
      return left;
    }
    if (!this.effort.spend(this.until)) {
      this.hitLimit = true;
      return -1;
    }
    const worths = this.worths[depth] ?? [];
    if (!this.canHold(depth, worths, left)) {
      return -1;
    }
    const key = this.table.key(worths, this.tenantsMatter[depth] === true);
    const dead = this.dead[depth];
    if ((dead?.get(key) ?? -1) >= left) {
      return -1;
    }
    const reached = this.tryChoices(depth, item, left);
    if (reached < 0 && !this.hitLimit) {
      dead?.set(key, left);
    }
    return reached;
  }

  private tryChoices(depth: number, item: Item, left: number): number {
    const rest = this.tails[depth + 1]?.penalty ?? 0;
    for (const choice of item.choices) {
      if (choice.penalty + rest > left) {
        break;
      }
      this.path[depth] = { choice, cards: choice.runs.map(() => []) };
      const reached = this.placeRun({ depth, item, choice, run: 0 }, left - choice.penalty);
      if (reached >= 0 || this.hitLimit) {
        return reached;
      }
    }
    return -1;
  }

  /** False only where the rest can't be packed within what is left. */
  private canHold(depth: number, worths: readonly RoomWorth[], left: number): boolean {
    const tail = this.tails[depth];
    if (tail === undefined || tail.penalty > left) {
      return false;
    }
    const rooms = this.fleet.pools.map((pool, p) => this.table.worthOf(pool, worths[p] ?? USELESS));
    return tail.needs.every((need) => {
      const bytes = leastBytes(tail, need, left);
      const all = rooms.reduce((sum, room, p) => sum + (need.weights[p] ?? 0) * room.all, 0);
      if (bytes > all || this.cardPrice === 0) {
        return bytes <= all;
      }
      const touched = rooms.reduce(
        (sum, room, p) => sum + (need.weights[p] ?? 0) * room.touched,
        0,
      );
      const freshest = rooms.reduce(
        (most, room, p) => Math.max(most, (need.weights[p] ?? 0) * room.freshest),
        0,
      );
      const fresh = bytes > touched ? Math.ceil((bytes - touched) / freshest) : 0;
      return tail.penalty + fresh * this.cardPrice <= left;
    });
  }

  private placeRun(at: RunAt, left: number): number {
    const run = at.choice.runs[at.run];
    if (run === undefined) {
      return this.descend(at.depth + 1, left);
    }
    const cards = this.table.cardsFor(at.item, { depth: at.depth, pool: run.pool, need: run.need });
    return this.pick({ ...at, need: run.need, cards }, { from: 0, count: run.count, left });
  }

  /** Gives `count` of the cards from position `from` on to the run, then places the next run. */
  private pick(at: PickAt, { from, count, left }: PickState): number {
    if (count === 0) {
      return this.placeRun({ ...at, run: at.run + 1 }, left);
    }
    let i = from;
    while (i + count <= at.cards.length) {
      const next = this.table.nextUnlike(at.cards, i);
      const reached = this.give(at, { from: i, count, left });
      if (reached >= 0 || this.hitLimit) {
        return reached;
      }
      i = next;
    }
    return -1;
  }

  /** Gives the card at `from` to the run, then picks the others. */
  private give(at: PickAt, { from, count, left }: PickState): number {
    const card = at.cards[from] ?? 0;
    const price = this.table.isFresh(card) ? this.cardPrice : 0;
    if (price > left) {
      return -1;
    }
    const before = this.table.put(at.item, { card, depth: at.depth, need: at.need });
    const reached = this.pick(at, { from: from + 1, count: count - 1, left: left - price });
    this.table.restore(before);
    if (reached >= 0) {
      this.path[at.depth]?.cards[at.run]?.push(card);
    }
    return reached;
  }
}
