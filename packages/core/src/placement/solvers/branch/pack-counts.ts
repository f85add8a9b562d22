import type { Run } from "../choice.ts";
import type { Effort } from "../effort.ts";
import { joinedFiles, NO_FILES } from "../host-limits.ts";
import { type Packed, PackingSearch } from "../packing-search.ts";
import type { Item } from "../search-items.ts";
import type { Listed } from "./ways.ts";

/** States that one attempt to put chosen ways on cards may look at; nearly all take a few hundred. */
const MOST_STATES = 30_000;

export type PackedCounts =
  | { readonly kind: "found"; readonly packed: readonly Packed[]; readonly cards: number }
  | { readonly kind: "none" }
  | { readonly kind: "unknown" };

/** Puts replicas on cards whose ways are chosen already: so many by each, on `mostCards` cards in all at most. */
export function packCounts(
  listed: Listed,
  counts: readonly number[],
  at: { readonly effort: Effort; readonly mostCards: number | undefined },
): PackedCounts {
  const { fleet } = listed;
  const items = listed.statesOf.flatMap((_, asked) => itemOf(listed, counts, asked));
  const isCounted = at.mostCards !== undefined;
  const sorted = items.sort((a, b) => mostNeed(b) - mostNeed(a) || a.model - b.model);
  const search = new PackingSearch(
    fleet,
    { items: sorted, isCut: false },
    at.effort,
    isCounted ? 1 : 0,
  );
  const answer = search.run(at.mostCards ?? 0, MOST_STATES);
  return answer.kind === "found"
    ? { kind: "found", packed: answer.packed, cards: isCounted ? answer.penalty : 0 }
    : answer;
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
