import type { Attempt, Dial, Looking, Means, Refused, Waiver } from "./remedy.ts";

/** What is tried by these means: of a number that may be lowered, the largest value that works; of several waivers, the fewest. */
export function attemptsOf(means: Means, refused: Refused, looking: Looking): Iterable<Attempt> {
  if ("values" in means) {
    return largestOf(means, refused, looking.glance);
  }
  return "names" in means
    ? fewestOf(means, refused, looking.glance)
    : means.attempts(refused, looking);
}

/** The largest value at which all can have their least, by bisection: what holds at a value holds below it. */
function* largestOf(dial: Dial, refused: Refused, glance: Looking["glance"]): Iterable<Attempt> {
  const attempts = dial.values(refused).map((value) => () => dial.attempt(refused, value));
  const last = lastThatHolds(attempts, (attempt) => glance(attempt) === "feasible");
  if (last !== undefined) {
    yield last;
  }
}

/** The fewest that will do, then all, where everything given up would be enough. */
function* fewestOf(waiver: Waiver, refused: Refused, glance: Looking["glance"]): Iterable<Attempt> {
  const names = waiver.names(refused);
  const all = waiver.attempt(refused, names);
  if (names.length > 0 && glance(all) === "feasible") {
    const fewest = fewestThatHold(waiver, { refused, all }, (one) => glance(one) === "feasible");
    yield* new Set([fewest, all]);
  }
}

/** The waiver for as few as hold, where it holds for all: each is tried without, from the last to the first. */
export function fewestThatHold(
  waiver: Waiver,
  { refused, all }: { readonly refused: Refused; readonly all: Attempt },
  holds: (one: Attempt) => boolean,
): Attempt {
  let [names, best] = [waiver.names(refused), all];
  for (const name of names.toReversed()) {
    const fewer = names.filter((one) => one !== name);
    const attempt = waiver.attempt(refused, fewer);
    if (fewer.length > 0 && holds(attempt)) {
      [names, best] = [fewer, attempt];
    }
  }
  return best;
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
