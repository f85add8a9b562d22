import type { Attempt, Dial, Family, Looking, Refused } from "./remedy.ts";

/** What is tried of a kind of change: of a number that may be lowered, the largest value that works. */
export function attemptsOf(
  one: Family | Dial,
  refused: Refused,
  looking: Looking,
): Iterable<Attempt> {
  return "values" in one ? largestOf(one, refused, looking.glance) : one.attempts(refused, looking);
}

/** The largest value at which all can have their least, by bisection: what holds at a value holds below it. */
function* largestOf(dial: Dial, refused: Refused, glance: Looking["glance"]): Iterable<Attempt> {
  const attempts = dial.values(refused).map((value) => () => dial.attempt(refused, value));
  const last = lastThatHolds(attempts, (attempt) => glance(attempt) === "feasible");
  if (last !== undefined) {
    yield last;
  }
}

/** The last of some that holds, where all before one that holds do too. */
export function lastThatHolds<One>(
  all: readonly (() => One)[],
  holds: (one: One) => boolean,
): One | undefined {
  let last = all[0]?.();
  if (last === undefined || !holds(last)) {
    return undefined;
  }
  let low = 0;
  let high = all.length;
  while (low + 1 < high) {
    const middle = Math.floor((low + high) / 2);
    const one = all[middle]?.();
    if (one !== undefined && holds(one)) {
      low = middle;
      last = one;
    } else {
      high = middle;
    }
  }
  return last;
}
