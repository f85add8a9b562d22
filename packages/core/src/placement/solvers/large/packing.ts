import { mostOnHost } from "../../survive.ts";
import { heldFiles } from "../host-limits.ts";
import { HostTable } from "../host-table.ts";
import type { Sites } from "./sites.ts";
import type { Way } from "./ways.ts";

/** One replica of a model. */
export interface Item {
  readonly model: number;
  readonly replica: number;
}

/** Where an item is: a way and the cards of each of its runs. */
export interface Place {
  readonly way: Way;
  readonly host: number;
  readonly cards: readonly (readonly number[])[];
}

interface Tenant {
  readonly item: number;
  readonly need: number;
}

/** Items on cards while a search puts them there and takes them off again. */
export class Packing {
  readonly sites: Sites;
  readonly items: readonly Item[];
  private readonly hosts: HostTable;
  private readonly room: Float64Array;
  private readonly tenants: Tenant[][];
  private readonly places: (Place | undefined)[];
  /** Largest room on a card of class c of host h at h * classes + c. */
  private readonly largest: Float64Array;
  /** The same on any host; -1 where that is to be looked up again. */
  private readonly anywhere: Float64Array;
  private readonly isPicky: readonly boolean[];
  /** Items of each model of which a host may have so many only. */
  private readonly spread = new Map<number, { readonly items: number[]; readonly most: number }>();

  constructor(sites: Sites, items: readonly Item[]) {
    const { fleet, cardsAt } = sites;
    this.sites = sites;
    this.hosts = new HostTable(fleet.hosts);
    this.items = items;
    this.room = Float64Array.from(fleet.capacities);
    this.tenants = fleet.capacities.map(() => []);
    this.places = items.map(() => undefined);
    this.largest = Float64Array.from(cardsAt, (cards) => this.largestOf(cards));
    this.anywhere = new Float64Array(sites.classes).fill(-1);
    items.forEach(({ model }, item) => {
      const most = mostOnHost(fleet.problem.demands[model] ?? {});
      if (most !== undefined) {
        const items = [...(this.spread.get(model)?.items ?? []), item];
        this.spread.set(model, { items, most });
      }
    });
    this.isPicky = fleet.conflicts.map((row) => row.includes(true));
  }

  placeOf(item: number): Place | undefined {
    return this.places[item];
  }

  roomOn(card: number): number {
    return this.room[card] ?? 0;
  }

  capacityOf(card: number): number {
    return this.sites.fleet.capacities[card] ?? 0;
  }

  tenantsOn(card: number): readonly Tenant[] {
    return this.tenants[card] ?? [];
  }

  /** Largest room on any card of the class. */
  largestAnywhere(cardClass: number): number {
    const known = this.anywhere[cardClass] ?? -1;
    if (known >= 0) {
      return known;
    }
    let most = 0;
    for (let at = cardClass; at < this.largest.length; at += this.sites.classes) {
      most = Math.max(most, this.largest[at] ?? 0);
    }
    this.anywhere[cardClass] = most;
    return most;
  }

  largestRoom(host: number, cardClass: number): number {
    return this.largest[host * this.sites.classes + cardClass] ?? 0;
  }

  /** Whether the two may not share a card. */
  clash(a: number, b: number): boolean {
    const [x, y] = [this.items[a]?.model ?? -1, this.items[b]?.model ?? -1];
    return x === y || (this.isPicky[x] === true && this.sites.fleet.conflicts[x]?.[y] === true);
  }

  /** Whether as many replicas of the same model are there as the host may have. */
  isClosed(item: number, host: number): boolean {
    const sisters = this.spread.get(this.items[item]?.model ?? -1);
    const isThere = (other: number): boolean => other !== item && this.places[other]?.host === host;
    return sisters !== undefined && sisters.items.filter(isThere).length >= sisters.most;
  }

  mayJoin(item: number, card: number): boolean {
    for (const tenant of this.tenantsOn(card)) {
      if (this.clash(item, tenant.item)) {
        return false;
      }
    }
    return true;
  }

  /** Whether the host's power and disk allow it. */
  isWithinLimits(item: number, place: Place): boolean {
    if (this.hosts.isUnlimited) {
      return true;
    }
    const idle = place.cards.flat().filter((card) => this.tenantsOn(card).length === 0);
    return this.hosts.mayWakeAll(idle) && this.hosts.mayHold(this.filesOf(item, place));
  }

  put(item: number, place: Place): void {
    this.places[item] = place;
    this.hosts.hold(this.filesOf(item, place));
    place.way.runs.forEach(({ need }, run) => {
      for (const card of place.cards[run] ?? []) {
        if (this.tenantsOn(card).length === 0) {
          this.hosts.wake(card);
        }
        this.tenants[card]?.push({ item, need });
        this.room[card] = this.roomOn(card) - need;
      }
    });
    this.look(place);
  }

  remove(item: number): void {
    const place = this.places[item];
    if (place === undefined) {
      return;
    }
    this.places[item] = undefined;
    this.hosts.drop(this.filesOf(item, place));
    for (const card of place.cards.flat()) {
      const own = this.tenants[card] ?? [];
      const at = own.findIndex((tenant) => tenant.item === item);
      this.room[card] = this.roomOn(card) + (own[at]?.need ?? 0);
      own.splice(at, 1);
      if (own.length === 0) {
        this.hosts.sleep(card);
      }
    }
    this.look(place);
  }

  private filesOf(item: number, { way, cards }: Place): ReturnType<typeof heldFiles> {
    const { hosts, problem } = this.sites.fleet;
    const files = problem.demands[this.items[item]?.model ?? -1]?.options[way.option]?.files;
    return heldFiles(hosts, files, [hosts.hostOf[cards[0]?.[0] ?? -1] ?? -1]);
  }

  private look({ host, way }: Place): void {
    for (const { cardClass } of way.runs) {
      const at = host * this.sites.classes + cardClass;
      this.largest[at] = this.largestOf(this.sites.cardsAt[at] ?? []);
      this.anywhere[cardClass] = -1;
    }
  }

  private largestOf(cards: readonly number[]): number {
    let most = -1;
    for (const card of cards) {
      most = Math.max(most, this.roomOn(card));
    }
    return most;
  }
}
