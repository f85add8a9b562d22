import type { Run } from "../choice.ts";
import type { Effort } from "../effort.ts";
import { joinedFiles, NO_FILES } from "../host-limits.ts";
import { type Packed, PackingSearch } from "../packing-search.ts";
import type { Item } from "../search-items.ts";
import type { Listed } from "./ways.ts";

/** States that one attempt to put chosen ways on cards may look at; nearly all take a few hundred. */
const MOST_STATES = 30_000;

export type PackedCounts =
  | { readonly kind: "found"; readonly packed: readonly Packed[] }
  | { readonly kind: "none" }
  | { readonly kind: "unknown" };

/** Puts replicas on cards whose ways are chosen already: so many by each, on cards that count for `mostPaid` in all at most. */
export function packCounts(
  listed: Listed,
  counts: readonly number[],
  at: {
    readonly effort: Effort;
    readonly mostPaid: number | undefined;
    readonly states?: number;
  },
): PackedCounts {
  const { fleet } = listed;
  const items = listed.statesOf.flatMap((_, asked) => itemOf(listed, counts, asked));
  const isCounted = at.mostPaid !== undefined;
  const sorted = items.sort((a, b) => mostNeed(b) - mostNeed(a) || a.model - b.model);
  const search = new PackingSearch(
    fleet,
    { items: sorted, isCut: false },
    at.effort,
    isCounted ? 1 : 0,
  );
  return search.run(at.mostPaid ?? 0, at.states ?? MOST_STATES);
}

/** States that one attempt to do without a way may look at; what is not known by then stays in the way. */
const FEW_STATES = 2000;

/**
 * Ways of which these counts have no room together, given that all of them have none: the largest first, each needed
 * for that as far as a short search tells.
 */
export function waysInTheWay(
  listed: Listed,
  counts: readonly number[],
  at: { readonly effort: Effort; readonly mostPaid: number | undefined },
): readonly number[] {
  const { ways } = listed;
  const left = [...counts];
  const taken = ways.flatMap((_, way) => ((counts[way] ?? 0) > 0 ? [way] : []));
  const bytesOf = (way: number): number =>
    ways[way]?.choice.runs.reduce((sum, { need, count }) => sum + need * count, 0) ?? 0;
  taken.sort((a, b) => bytesOf(b) - bytesOf(a) || a - b);
  const needed: number[] = [];
  for (const way of taken.toReversed()) {
    const count = left[way] ?? 0;
    left[way] = 0;
    if (packCounts(listed, left, { ...at, states: FEW_STATES }).kind !== "none") {
      left[way] = count;
      needed.push(way);
    }
  }
  return needed.reverse();
}

/** The model with one choice: the ways of all its replicas together; none where it is left out. */
function itemOf(
  { question, ways, states, fleet }: Listed,
  counts: readonly number[],
  asked: number,
): Item[] {
  const model = question.models[asked]?.model ?? -1;
  const taken = ways.flatMap((way, w) =>
    way.asked === asked ? Array.from({ length: counts[w] ?? 0 }, () => way) : [],
  );
  const [first] = taken;
  if (first === undefined) {
    return [];
  }
  const choice = {
    runs: joinedRuns(taken.flatMap((way) => way.choice.runs)),
    preference: 0,
    links: 0,
    mixing: 0,
    options: taken.flatMap((way) => way.choice.options).sort((a, b) => a - b),
    files: taken.reduce((all, way) => joinedFiles(all, way.choice.files), NO_FILES),
    level: states[first.state]?.own.level,
    penalty: 0,
  };
  const isExclusive = fleet.problem.demands[model]?.isExclusive === true;
  return [{ model, isExclusive, choices: [choice] }];
}

/** Runs by pool, the largest need first, equal needs added up. */
function joinedRuns(runs: readonly Run[]): Run[] {
  const counts = new Map<string, Run>();
  for (const run of runs) {
    const key = `${run.pool} ${run.need}`;
    const count = run.count + (counts.get(key)?.count ?? 0);
    counts.set(key, { ...run, count });
  }
  return [...counts.values()].sort((a, b) => a.pool - b.pool || b.need - a.need);
}

function mostNeed({ choices }: Item): number {
  return Math.max(0, ...choices.flatMap(({ runs }) => runs.map(({ need }) => need)));
}
