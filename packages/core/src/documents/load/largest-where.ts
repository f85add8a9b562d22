/** Part of a guess that the first step from it is: guesses come from neighbours, and are off by little. */
const FIRST_STEP = 1 / 64;

/**
 * The largest whole number from 1 to `most` that holds, where every smaller one does too; 0 where none does. The
 * nearer the guess, the fewer numbers it looks at: some two dozen of a million without one.
 */
export function largestWhere(most: number, holds: (value: number) => boolean, guess = 1): number {
  if (most < 1) {
    return 0;
  }
  const start = Math.min(most, Math.max(1, Math.floor(guess)));
  const first = Math.max(1, Math.floor(start * FIRST_STEP));
  return between(
    holds(start) ? above(start, { most, first, holds }) : below(start, { first, holds }),
    holds,
  );
}

/** The largest number known to hold, and the least known not to. */
interface Bounds {
  readonly good: number;
  readonly bad: number;
}

interface Search {
  readonly first: number;
  readonly holds: (value: number) => boolean;
}

function above(start: number, { most, first, holds }: Search & { readonly most: number }): Bounds {
  let [good, step] = [start, first];
  while (good + step <= most && holds(good + step)) {
    good += step;
    step *= 2;
  }
  return { good, bad: Math.min(most + 1, good + step) };
}

function below(start: number, { first, holds }: Search): Bounds {
  let [bad, step] = [start, first];
  while (bad - step >= 1 && !holds(bad - step)) {
    bad -= step;
    step *= 2;
  }
  return { good: Math.max(0, bad - step), bad };
}

function between(bounds: Bounds, holds: (value: number) => boolean): number {
  let { good, bad } = bounds;
  while (bad - good > 1) {
    const middle = Math.floor((good + bad) / 2);
    if (holds(middle)) {
      good = middle;
    } else {
      bad = middle;
    }
  }
  return good;
}
