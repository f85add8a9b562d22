import fc from "fast-check";

/** One change of an input. Each number is taken modulo what there is to choose from, so that any four make sense. */
export interface Step {
  readonly op: number;
  readonly at: number;
  readonly pick: number;
  readonly size: number;
}

const number = fc.nat(2 ** 31 - 1);

/** Few changes at once: an input that is broken in one place gets furthest into a reader. */
export const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.record({ op: number, at: number, pick: number, size: number }),
  { minLength: 1, maxLength: 5 },
);

/** Longest input made, in characters or bytes. */
export const MOST_MADE = 3_000_000;

/** The one of a list that a number picks. */
export function picked<Item>(from: readonly Item[], number: number): Item {
  const item = from[number % from.length];
  if (item === undefined) {
    throw new RangeError("nothing to pick from");
  }
  return item;
}
