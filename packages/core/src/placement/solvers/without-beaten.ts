import type { Work } from "../work.ts";
import { bytesOf, type Choice, cardsOf } from "./choice.ts";
import { holds } from "./host-limits.ts";

/** What else a way is kept for than the room that it leaves: nothing, its precision, or that and its links. */
export type KeptFor = "room" | "precision" | "links";

/** Ways that are kept for one model. Twelve cards and three replicas have some hundreds; this stops an explosion. */
export const MAX_CHOICES = 2000;

/** What ways are kept for, and where comparing them is counted and limited. */
export interface KeptWithin {
  readonly keptFor: KeptFor;
  readonly work: Work | undefined;
}

/** Comparing two ways takes about as long as this part of a state. */
const UNITS_PER_LOOK = 0.005;

/** Looking at a way by itself takes about as long as this many states. */
const UNITS_PER_CHOICE = 0.25;

/**
 * Keeps the first of equals; the order is by bytes, then cards, then preference, then position. Where the work is over
 * the rest is dropped.
 */
export function withoutBeaten(choices: readonly Choice[], { keptFor, work }: KeptWithin): Choice[] {
  work?.spend(UNITS_PER_CHOICE * choices.length);
  const starts = poolStarts(choices);
  const sorted = choices
    .map((choice) => ({
      choice,
      bytes: bytesOf(choice),
      cards: cardsOf(choice),
      needs: needsOf(choice, starts),
    }))
    .sort(
      (a, b) => a.bytes - b.bytes || a.cards - b.cards || a.choice.preference - b.choice.preference,
    );
  const kept: Sized[] = [];
  for (const one of sorted) {
    if (work?.isOver === true && kept.length > 0) {
      break;
    }
    work?.spend(UNITS_PER_LOOK * kept.length);
    if (kept.length > MAX_CHOICES || !kept.some((other) => beats(other, one, keptFor))) {
      kept.push(one);
    }
  }
  return kept.map(({ choice }) => choice);
}

/** Less than nothing: a rank that takes no memory still takes a card. */
const NO_CARD = -1;

interface Sized {
  readonly choice: Choice;
  readonly bytes: number;
  readonly cards: number;
  /** What it takes of each card, pool by pool, the most first; `NO_CARD` for cards that others use and it does not. */
  readonly needs: Float64Array;
}

interface PoolStarts {
  readonly of: ReadonlyMap<number, number>;
  readonly length: number;
}

/** Where each pool begins in a list that has room for the most cards that a choice takes of it. */
function poolStarts(choices: readonly Choice[]): PoolStarts {
  const most = new Map<number, number>();
  for (const { runs } of choices) {
    const own = new Map<number, number>();
    for (const { pool, count } of runs) {
      own.set(pool, (own.get(pool) ?? 0) + count);
    }
    for (const [pool, count] of own) {
      most.set(pool, Math.max(most.get(pool) ?? 0, count));
    }
  }
  const starts = new Map<number, number>();
  let length = 0;
  for (const [pool, count] of most) {
    starts.set(pool, length);
    length += count;
  }
  return { of: starts, length };
}

/** Runs come by pool, the largest need first. */
function needsOf({ runs }: Choice, starts: PoolStarts): Float64Array {
  const needs = new Float64Array(starts.length).fill(NO_CARD);
  let at = 0;
  let last: number | undefined;
  for (const { pool, need, count } of runs) {
    at = pool === last ? at : (starts.of.get(pool) ?? 0);
    needs.fill(need, at, at + count);
    at += count;
    last = pool;
  }
  return needs;
}

/** Whether `a` fits wherever `b` fits, on some of the same cards with some of the same files, and is liked no less. */
function beats(a: Sized, b: Sized, keptFor: KeptFor): boolean {
  if (keptFor !== "room" && a.choice.preference > b.choice.preference) {
    return false;
  }
  if (
    keptFor === "links" &&
    (a.choice.links > b.choice.links || a.choice.mixing > b.choice.mixing)
  ) {
    return false;
  }
  for (let i = 0; i < a.needs.length; i += 1) {
    if ((a.needs[i] ?? 0) > (b.needs[i] ?? 0)) {
      return false;
    }
  }
  return a.choice.files.every((files) => holds(b.choice.files, files));
}
