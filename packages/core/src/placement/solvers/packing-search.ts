import { CardTable } from "./card-table.ts";
import type { Effort } from "./effort.ts";
import type { FleetIndex } from "./fleet-index.ts";
import type { RoomWorth } from "./room.ts";
import { roomWorths } from "./room.ts";
import { SearchBounds } from "./search-bounds.ts";
import type { Item, ItemList, PricedChoice } from "./search-items.ts";

/** A model as the search placed it, with the cards of each run of its choice. */
export interface Packed {
  readonly model: number;
  readonly choice: PricedChoice;
  readonly cards: readonly (readonly number[])[];
}

type Found =
  | { readonly kind: "found"; readonly packed: readonly Packed[]; readonly penalty: number }
  /** There is none: a proof. */
  | { readonly kind: "none" }
  /** The limit came first. */
  | { readonly kind: "unknown" };

/** One run of a choice while its cards are picked. */
interface RunFrame {
  readonly depth: number;
  readonly item: Item;
  readonly choice: PricedChoice;
  readonly run: number;
  readonly need: number;
  readonly count: number;
  readonly pool: number;
  /** Cards that can take it, least room first. */
  readonly cards: readonly number[];
  readonly picked: number[];
}

/**
 * Branch and bound over ways and cards: is there a packing of all items whose penalties add up to at
 * most a budget? Cards of one pool with equal room and tenants are tried once; states that led
 * nowhere are remembered with the budget that was left there; a card that later models lose nothing
 * by is taken without trying another.
 */
export class PackingSearch {
  private readonly fleet: FleetIndex;
  private readonly list: ItemList;
  private readonly effort: Effort;
  private readonly cardPrice: number;
  private readonly bounds: SearchBounds;
  private readonly worths: readonly (readonly RoomWorth[])[];
  private readonly tenantsMatter: readonly boolean[];
  private readonly table: CardTable;
  private readonly dead: readonly Map<string, number>[];
  private readonly path: { choice: PricedChoice; runs: (readonly number[])[] }[] = [];
  private until = 0;
  private hitLimit = false;

  /** `cardPrice` is paid for each card that had no tenant, times what the card counts for. */
  constructor(fleet: FleetIndex, list: ItemList, effort: Effort, cardPrice = 0) {
    this.fleet = fleet;
    this.list = list;
    this.effort = effort;
    this.cardPrice = cardPrice;
    this.worths = roomWorths(fleet, list.items);
    this.table = new CardTable(fleet);
    const least = fleet.cardPrices.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
    this.bounds = new SearchBounds({
      fleet,
      items: list.items,
      cardPrice: cardPrice === 0 ? 0 : cardPrice * least,
    });
    this.tenantsMatter = list.items.map(
      (_, depth) =>
        cardPrice > 0 ||
        fleet.hosts.hasPower ||
        list.items.slice(depth).some((item) => this.hasConflicts(item.model)),
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
        : [{ model: item.model, choice: step.choice, cards: step.runs }];
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
    if (!this.bounds.canHold(this.table, { depth, worths, left })) {
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
    const most = left - this.bounds.penaltyFrom(depth + 1);
    for (const [i, choice] of item.choices.entries()) {
      if (choice.penalty > most) {
        break;
      }
      if (!this.bounds.canTake({ depth, choice: i, left: left - choice.penalty })) {
        continue;
      }
      if (!this.table.hosts.mayHold(choice.files)) {
        continue;
      }
      this.path[depth] = { choice, runs: [] };
      this.table.hosts.hold(choice.files);
      const reached = this.placeRun({ depth, item, choice, run: 0 }, left - choice.penalty);
      this.table.hosts.drop(choice.files);
      if (reached >= 0 || this.hitLimit) {
        return reached;
      }
    }
    return -1;
  }

  private placeRun(at: Pick<RunFrame, "depth" | "item" | "choice" | "run">, left: number): number {
    const { depth, item, choice } = at;
    const run = choice.runs[at.run];
    if (run === undefined) {
      return this.descend(depth + 1, left);
    }
    const { pool, need, count } = run;
    const cards = this.table.cardsFor(item, { depth, pool, need });
    if (this.leastPrice(cards, count) > left) {
      return -1;
    }
    const picked: number[] = [];
    return this.pick(
      { depth, item, choice, run: at.run, need, count, pool, cards, picked },
      0,
      left,
    );
  }

  private priceOf(card: number): number {
    return this.cardPrice * (this.fleet.cardPrices[card] ?? 1);
  }

  /** What so many of these cards, all of one pool, cost at least. */
  private leastPrice(cards: readonly number[], count: number): number {
    if (this.cardPrice === 0) {
      return 0;
    }
    const touched = cards.filter((card) => !this.table.isFresh(card)).length;
    return Math.max(0, count - touched) * this.priceOf(cards[0] ?? 0);
  }

  /** Gives cards from position `from` on to the run until it has all, then places the next run. */
  private pick(frame: RunFrame, from: number, left: number): number {
    const missing = frame.count - frame.picked.length;
    if (missing === 0) {
      const { depth, item, choice, run } = frame;
      const reached = this.placeRun({ depth, item, choice, run: run + 1 }, left);
      if (reached >= 0) {
        this.path[depth]?.runs.unshift([...frame.picked]);
      }
      return reached;
    }
    let i = from;
    while (i + missing <= frame.cards.length) {
      const next = this.table.nextUnlike(frame.cards, i);
      const isSpare = this.isSpare(frame, frame.cards[i] ?? 0);
      const reached = this.give(frame, i, left);
      if (reached >= 0 || this.hitLimit || isSpare) {
        return reached;
      }
      i = next;
    }
    return -1;
  }

  /** Gives the card at `position` to the run, then picks the others. */
  private give(frame: RunFrame, position: number, left: number): number {
    const { depth, item, need } = frame;
    const card = frame.cards[position] ?? 0;
    const price = this.table.isFresh(card) ? this.priceOf(card) : 0;
    if (price > left || !this.table.isPowered(card)) {
      return -1;
    }
    if (!this.effort.spend(this.until)) {
      this.hitLimit = true;
      return -1;
    }
    const before = this.table.put(item, { card, depth, need });
    frame.picked.push(card);
    const reached = this.pick(frame, position + 1, left - price);
    frame.picked.pop();
    this.table.restore(before);
    return reached;
  }

  /**
   * Whether no packing is lost by taking this card: then what later models could put on it still
   * fits beside the run, so that any packing can be changed to one that takes it.
   */
  private isSpare({ depth, item, need, pool }: RunFrame, card: number): boolean {
    if ((this.cardPrice > 0 || this.fleet.hosts.hasPower) && this.table.isFresh(card)) {
      return false;
    }
    const worth = this.worths[depth + 1]?.[pool];
    const room = this.table.roomOn(card);
    if (worth === undefined || room < worth.least) {
      return true;
    }
    return worth.canSpare(room, need) && !this.shutsOut(depth, item.model, card);
  }

  /** Whether a later model that may join the card now could not beside this one. */
  private shutsOut(depth: number, model: number, card: number): boolean {
    const conflicts = this.fleet.conflicts[model];
    for (let later = depth + 1; later < this.list.items.length; later += 1) {
      const other = this.list.items[later]?.model ?? 0;
      if (conflicts?.[other] === true && this.table.mayJoin(other, card)) {
        return true;
      }
    }
    return false;
  }

  private hasConflicts(model: number): boolean {
    return this.fleet.conflicts[model]?.includes(true) === true;
  }
}
