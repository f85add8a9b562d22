import type { Packing, Place } from "./packing.ts";
import type { Run, Way } from "./ways.ts";

/** Puts the item where it leaves least room, by the cheapest way that fits anywhere; false where none does. */
export function insert(packing: Packing, item: number, ways: readonly Way[]): boolean {
  for (const way of ways) {
    const isHopeless = way.runs.some((run) => packing.largestAnywhere(run.cardClass) < run.need);
    const place = isHopeless ? undefined : bestPlace(packing, item, way);
    if (place !== undefined) {
      packing.put(item, place);
      return true;
    }
  }
  return false;
}

/** The host with the tightest fit; the first of equals. */
function bestPlace(packing: Packing, item: number, way: Way): Place | undefined {
  let best: Place | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const host of way.hosts) {
    if (hasRoom(packing, way, host) && !packing.isClosed(item, host)) {
      const place = placeOn(packing, { item, way, host });
      const slack = place === undefined ? least : slackOf(packing, place);
      if (slack < least) {
        least = slack;
        best = place;
      }
    }
  }
  return best;
}

function hasRoom(packing: Packing, way: Way, host: number): boolean {
  for (const { cardClass, need } of way.runs) {
    if (packing.largestRoom(host, cardClass) < need) {
      return false;
    }
  }
  return true;
}

/** The fullest cards of the host that take the item; undefined where they are too few. */
function placeOn(
  packing: Packing,
  at: { readonly item: number; readonly way: Way; readonly host: number },
): Place | undefined {
  const { item, way, host } = at;
  const cards: number[][] = [];
  for (const run of way.runs) {
    const own = fullest(packing, { item, host, run, taken: cards });
    if (own.length < run.count) {
      return undefined;
    }
    cards.push(own);
  }
  const place = { way, host, cards };
  return packing.isWithinLimits(item, place) ? place : undefined;
}

function fullest(
  packing: Packing,
  at: {
    readonly item: number;
    readonly host: number;
    readonly run: Run;
    readonly taken: readonly (readonly number[])[];
  },
): number[] {
  const { cardClass, need, count } = at.run;
  const found: number[] = [];
  for (const card of packing.sites.cardsAt[at.host * packing.sites.classes + cardClass] ?? []) {
    if (
      packing.roomOn(card) >= need &&
      !at.taken.some((own) => own.includes(card)) &&
      packing.mayJoin(at.item, card)
    ) {
      found.push(card);
    }
  }
  return found.length <= count
    ? found
    : found.sort((a, b) => packing.roomOn(a) - packing.roomOn(b) || a - b).slice(0, count);
}

function slackOf(packing: Packing, { way, cards }: Place): number {
  let slack = 0;
  way.runs.forEach(({ need }, run) => {
    for (const card of cards[run] ?? []) {
      slack += packing.roomOn(card) - need;
    }
  });
  return slack;
}
