import { DUAL_FUNCTIONS, type DualFunction } from "./dual-functions.ts";
import type { Demand, Option, PlacementProblem } from "./problem.ts";
import { isShortOfDisk } from "./short-of-disk.ts";

/** Sets of classes that are looked at where there are so few; of more, each by itself and those that a model may use. */
const MOST_FOR_ALL_SETS = 3;

/** Above the rounding of sums of parts of cards, far below what any rank takes of one. */
const ROUNDING = 1e-9;

/**
 * Whether adding up proves that not all can have their least at once: what they take of some cards is more than those
 * have, when each rank counts for as much of its card as a dual feasible function says. One that counts more than half
 * of a card as all of it tells that two large ranks never share a card, which bytes in all don't tell. False proves nothing.
 */
export function isShortInAll(problem: PlacementProblem): boolean {
  if (isShortOfDisk(problem)) {
    return true;
  }
  const cards = cardsByClass(problem);
  const taken = problem.demands.map((demand) => takenBy(demand, cards));
  return setsOf(problem, [...cards.keys()]).some((classes) => {
    const have = [...classes].reduce((sum, name) => sum + (cards.get(name)?.count ?? 0), 0);
    return DUAL_FUNCTIONS.some((part) => leastOn(classes, taken, part) > have + ROUNDING);
  });
}

interface Cards {
  readonly count: number;
  readonly capacity: number;
}

function cardsByClass({ cards }: PlacementProblem): ReadonlyMap<string, Cards> {
  const classes = new Map<string, Cards>();
  for (const { cardClass, capacity } of cards) {
    const known = classes.get(cardClass) ?? { count: 0, capacity: 0 };
    classes.set(cardClass, {
      count: known.count + 1,
      capacity: Math.max(known.capacity, capacity),
    });
  }
  return classes;
}

/** What one replica takes of cards of one class, by one of its options. */
interface Taken {
  readonly cardClass: string;
  readonly ranks: number;
  readonly needBytes: number;
  readonly haveBytes: number;
}

interface TakenBy {
  readonly replicas: number;
  readonly options: readonly (readonly Taken[])[];
}

function takenBy(demand: Demand, cards: ReadonlyMap<string, Cards>): TakenBy {
  const sequences = Math.max(1, Math.ceil(demand.least / demand.replicas));
  const takenOf = ({ stages }: Option): readonly Taken[] =>
    stages.map(({ cardClass, ranks, fixed, perSequence }) => {
      const haveBytes = cards.get(cardClass)?.capacity ?? 0;
      const needBytes = demand.isExclusive ? haveBytes : fixed + sequences * perSequence;
      return { cardClass, ranks, needBytes, haveBytes };
    });
  return { replicas: demand.replicas, options: demand.options.map(takenOf) };
}

/** Cards of these classes that all take at least. */
function leastOn(
  classes: ReadonlySet<string>,
  demands: readonly TakenBy[],
  part: DualFunction,
): number {
  return demands.reduce((sum, { replicas, options }) => {
    const each = options.map((stages) =>
      stages.reduce(
        (all, { cardClass, ranks, needBytes, haveBytes }) =>
          classes.has(cardClass) ? all + ranks * part(needBytes, haveBytes) : all,
        0,
      ),
    );
    return sum + replicas * each.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  }, 0);
}

function setsOf(
  { demands }: PlacementProblem,
  classes: readonly string[],
): readonly ReadonlySet<string>[] {
  const own = demands.map(({ options }) =>
    options.flatMap(({ stages }) => stages.map(({ cardClass }) => cardClass)),
  );
  const sets =
    classes.length <= MOST_FOR_ALL_SETS
      ? subsetsOf(classes)
      : [...classes.map((one) => [one]), ...own, classes];
  const byKey = new Map(sets.map((set) => [[...new Set(set)].sort().join(), new Set(set)]));
  return [...byKey.values()].filter(({ size }) => size > 0);
}

function subsetsOf<T>([first, ...rest]: readonly T[]): readonly (readonly T[])[] {
  if (first === undefined) {
    return [[]];
  }
  const others = subsetsOf(rest);
  return [...others, ...others.map((set) => [first, ...set])];
}
