import type { Packing, Place } from "./packing.ts";
import type { RoomWorth } from "./room-worth.ts";
import type { Run, Way } from "./ways.ts";

/** A place for an item, and what the room that it takes was worth. */
interface Bid {
  readonly place: Place;
  readonly cost: number;
}

/** The cheapest place on each host of an item, then of the next one like it, as they are put one after the other. */
export class Bids {
  private readonly packing: Packing;
  private readonly worth: RoomWorth;
  private item: number;
  private readonly waysOn = new Map<number, Way[]>();
  private readonly bids = new Map<number, Bid>();

  constructor(
    packing: Packing,
    at: { readonly item: number; readonly ways: readonly Way[]; readonly worth: RoomWorth },
  ) {
    this.packing = packing;
    this.worth = at.worth;
    this.item = at.item;
    for (const way of at.ways) {
      for (const host of way.hosts) {
        const own = this.waysOn.get(host);
        if (own === undefined) {
          this.waysOn.set(host, [way]);
        } else {
          own.push(way);
        }
      }
    }
    for (const host of this.waysOn.keys()) {
      this.look(host);
    }
  }

  /** Goes on with another item like the one before, which was put on this host: no other host has changed. */
  next(item: number, host: number): void {
    this.item = item;
    this.look(host);
  }

  private look(host: number): void {
    let best: Bid | undefined;
    if (!this.packing.isClosed(this.item, host)) {
      for (const way of this.waysOn.get(host) ?? []) {
        best = this.bidBy(way, host, best?.cost ?? Number.POSITIVE_INFINITY) ?? best;
      }
    }
    if (best === undefined) {
      this.bids.delete(host);
    } else {
      this.bids.set(host, best);
    }
  }

  /** The cheapest of all; undefined where the item fits nowhere. */
  cheapest(): Place | undefined {
    let best: Bid | undefined;
    for (const bid of this.bids.values()) {
      const isBetter =
        best === undefined ||
        bid.cost < best.cost ||
        (bid.cost === best.cost && bid.place.host < best.place.host);
      best = isBetter ? bid : best;
    }
    return best?.place;
  }

  /** The cheapest cards of the host for the way, where they cost less than the limit together. */
  private bidBy(way: Way, host: number, below: number): Bid | undefined {
    const cards: number[][] = [];
    let cost = 0;
    for (const run of way.runs) {
      if (this.packing.largestRoom(host, run.cardClass) < run.need) {
        return undefined;
      }
      const offers = this.offersFor(run, host, cards);
      for (const offer of offers) {
        cost += offer.cost;
      }
      if (offers.length < run.count || cost >= below) {
        return undefined;
      }
      cards.push(offers.map(({ card }) => card));
    }
    const place = { way, host, cards };
    return this.packing.isWithinLimits(this.item, place) ? { place, cost } : undefined;
  }

  /** As many cards as the run needs, the cheapest first; fewer where no more can take it. */
  private offersFor(
    { cardClass, need, count }: Run,
    host: number,
    taken: readonly (readonly number[])[],
  ): readonly Offer[] {
    const { packing, worth } = this;
    const offers: Offer[] = [];
    for (const card of packing.sites.cardsAt[host * packing.sites.classes + cardClass] ?? []) {
      const room = packing.roomOn(card);
      if (
        room >= need &&
        !taken.some((own) => own.includes(card)) &&
        packing.mayJoin(this.item, card)
      ) {
        const cost = worth.of(cardClass, room) - worth.of(cardClass, room - need);
        offers.push({ card, cost });
      }
    }
    return offers.length <= count
      ? offers
      : offers.sort((a, b) => a.cost - b.cost || a.card - b.card).slice(0, count);
  }
}

interface Offer {
  readonly card: number;
  readonly cost: number;
}
