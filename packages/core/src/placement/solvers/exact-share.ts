import type { Progress, Risen } from "./hold-back.ts";
import { closeAll, closeAsFound, holdBack } from "./hold-back.ts";
import type { Steps } from "./large/steps.ts";
import type { Ratio } from "./levels.ts";
import { NOTHING, sharesAbove } from "./levels.ts";
import { rise } from "./rise.ts";
import type { Lexicographic, Search, Stage } from "./standings.ts";
import { demandOf } from "./standings.ts";

interface ShareStage extends Stage {
  /** No layout of as many models gives everyone more than this. Missing where nothing is placed. */
  readonly bound: Ratio | undefined;
}

/**
 * The fairest shares, by progressive filling: the largest share that all open models can have; who
 * cannot rise above it is fixed there; then again for the others. Where some of several models
 * could rise but not all, as few as possible stay behind and which ones is left open. A share is
 * one of finitely many k/wanted, so that "the next one is impossible" is a proof. No layout of all models gives
 * each of them more than `known`.
 */
export function* shareFairly(
  search: Search,
  from: Stage,
  known: number = Number.POSITIVE_INFINITY,
): Steps<ShareStage> {
  let progress: Progress = { ...from, share: NOTHING };
  let bound: Ratio | undefined;
  const isAll = from.layout.length === search.fleet.problem.demands.length;
  let most = isAll ? known : Number.POSITIVE_INFINITY;
  while (progress.state.standings.some((standing) => standing.level === "open")) {
    const shares = sharesAbove(openDemands(search, progress.state), progress.share);
    const risen = yield* rise(search, progress, { shares, most, isFirst: bound === undefined });
    most = Number.POSITIVE_INFINITY;
    bound ??= risen.bound;
    progress = yield* nextProgress(search, risen);
  }
  return { ...progress, bound };
}

function* nextProgress(search: Search, risen: Risen): Steps<Progress> {
  if (risen.next === undefined) {
    return closeAll(search, risen);
  }
  return search.effort.left === 0
    ? closeAsFound(search, risen)
    : yield* holdBack(search, risen, risen.next);
}

function openDemands({ fleet }: Search, state: Lexicographic) {
  return state.standings
    .filter((standing) => standing.level === "open")
    .map((standing) => demandOf(fleet, standing.model));
}
