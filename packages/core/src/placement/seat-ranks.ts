import type { FleetGpu } from "../hardware/fleet.ts";
import type { LinkWeakness } from "../hardware/link-weakness.ts";

/** Seats that talk, and the cards of one class to put them on. */
export interface Seating {
  /** One name a card, in the order in which they are seated. */
  readonly seats: readonly string[];
  /** As many cards; their order decides between equals. */
  readonly cards: readonly FleetGpu[];
  /** Whom each name talks to, and how much that counts. */
  readonly talks: ReadonlyMap<string, readonly Talk[]>;
  readonly distance: LinkWeakness;
  /** Where a name that has no seat here is. */
  readonly placeOf: (name: string) => FleetGpu | undefined;
  /** Seats that the search may fill before it settles for what it has; 110,000 fill 8 in every way. */
  readonly steps: number;
}

export interface Talk {
  readonly with: string;
  readonly times: number;
}

/** A card for each seat: the least sum of distances between seats that talk. */
export function seatRanks(seating: Seating): readonly FleetGpu[] {
  const table = tableOf(seating);
  const first = seating.cards.map((_, i) => i);
  const near = swapped(table, first);
  const best = searched(table, near, seating.steps);
  return best.flatMap((card) => seating.cards[card] ?? []);
}

/** The seating by positions. */
interface Table {
  /** Whom each seat talks to among the seats. */
  readonly talks: readonly (readonly { readonly seat: number; readonly times: number }[])[];
  readonly distances: readonly (readonly number[])[];
  /** outward[seat][card]: what it costs the seat to be there, for those it talks to elsewhere. */
  readonly outward: readonly (readonly number[])[];
  /** The first card that is joined to all others as this one is. */
  readonly twins: readonly number[];
}

function tableOf({ seats, cards, talks, distance, placeOf }: Seating): Table {
  const seatOf = new Map(seats.map((name, i) => [name, i]));
  const distances = cards.map((a) => cards.map((b) => (a === b ? 0 : distance(a, b))));
  const outward = seats.map((name) => {
    const others = (talks.get(name) ?? []).flatMap((talk) => {
      const place = seatOf.has(talk.with) ? undefined : placeOf(talk.with);
      return place === undefined ? [] : [{ place, times: talk.times }];
    });
    return cards.map((card) =>
      others.reduce((sum, { place, times }) => sum + times * distance(card, place), 0),
    );
  });
  const own = seats.map((name) =>
    (talks.get(name) ?? []).flatMap((talk) => {
      const seat = seatOf.get(talk.with);
      return seat === undefined ? [] : [{ seat, times: talk.times }];
    }),
  );
  return { talks: own, distances, outward, twins: twinsIn(distances, outward) };
}

function twinsIn(distances: Table["distances"], outward: Table["outward"]): number[] {
  const isTwin = (a: number, b: number): boolean =>
    outward.every((costs) => costs[a] === costs[b]) &&
    distances.every((row, i) => i === a || i === b || row[a] === row[b]);
  return distances.map((_, b) => distances.findIndex((_, a) => a === b || isTwin(a, b)));
}

/** What the seat costs on its card, with those of its partners that `counts` lets in. */
function costOf(
  { talks, distances, outward }: Table,
  seating: readonly number[],
  { seat, counts }: { readonly seat: number; readonly counts: (other: number) => boolean },
): number {
  const card = seating[seat] ?? 0;
  let sum = outward[seat]?.[card] ?? 0;
  for (const { seat: other, times } of talks[seat] ?? []) {
    if (counts(other)) {
      sum += times * (distances[card]?.[seating[other] ?? 0] ?? 0);
    }
  }
  return sum;
}

function sumOf(table: Table, seating: readonly number[]): number {
  return seating.reduce(
    (sum, _, seat) => sum + costOf(table, seating, { seat, counts: (other) => other < seat }),
    0,
  );
}

/** Swaps two cards as long as that is better: each swap is, so it comes to an end. */
function swapped(table: Table, first: readonly number[]): readonly number[] {
  const seating = [...first];
  const both = (i: number, j: number): number =>
    costOf(table, seating, { seat: i, counts: () => true }) +
    costOf(table, seating, { seat: j, counts: (other) => other !== i });
  let isBetter = true;
  while (isBetter) {
    isBetter = false;
    for (let i = 0; i < seating.length; i += 1) {
      for (let j = i + 1; j < seating.length; j += 1) {
        const before = both(i, j);
        swap(seating, i, j);
        if (both(i, j) < before) {
          isBetter = true;
        } else {
          swap(seating, i, j);
        }
      }
    }
  }
  return seating;
}

function swap(seating: number[], i: number, j: number): void {
  [seating[i], seating[j]] = [seating[j] ?? 0, seating[i] ?? 0];
}

/** The first of the best seatings, in the order of the cards; this one where none as good came within the steps. */
function searched(table: Table, found: readonly number[], most: number): readonly number[] {
  const talkers = found.map((_, seat) => seat).filter((seat) => isTalking(table, seat));
  const seating: number[] = found.map(() => -1);
  const left = new Set(found.map((_, card) => card));
  let best = found;
  let least = sumOf(table, found);
  let steps = 0;
  const seatFrom = (depth: number, sum: number): void => {
    const seat = talkers[depth];
    if (seat === undefined) {
      least = sum;
      best = withRest(seating, left);
      return;
    }
    for (const card of unlike(table, left)) {
      seating[seat] = card;
      const next = sum + costOf(table, seating, { seat, counts: (o) => (seating[o] ?? -1) >= 0 });
      steps += 1;
      const isWorth = best === found ? next <= least : next < least;
      if (isWorth && steps <= most) {
        left.delete(card);
        seatFrom(depth + 1, next);
        left.add(card);
      }
      seating[seat] = -1;
    }
  };
  seatFrom(0, 0);
  return best;
}

/** One of each set of twins, the lowest card. */
function unlike({ twins }: Table, cards: ReadonlySet<number>): readonly number[] {
  const lowest = new Map<number, number>();
  for (const card of [...cards].sort((a, b) => b - a)) {
    lowest.set(twins[card] ?? card, card);
  }
  return [...lowest.values()].sort((a, b) => a - b);
}

function isTalking({ talks, outward }: Table, seat: number): boolean {
  return (talks[seat] ?? []).length > 0 || (outward[seat] ?? []).some((cost) => cost > 0);
}

/** Seats that talk to nobody take the cards that are left, in order. */
function withRest(seating: readonly number[], left: ReadonlySet<number>): readonly number[] {
  const rest = [...left].sort((a, b) => a - b);
  return seating.map((card) => (card >= 0 ? card : (rest.shift() ?? 0)));
}
