import { fill } from "./fill.ts";
import type { Progress, Risen } from "./hold-back.ts";
import { closeAll, closeAsFound, holdBack } from "./hold-back.ts";
import type { Steps } from "./large/steps.ts";
import type { Layout } from "./layout.ts";
import type { Ratio } from "./levels.ts";
import { compareRatios, levelAtShare, NOTHING, ratioAt, sharesAbove } from "./levels.ts";
import { ask } from "./questions.ts";
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
    const risen = yield* rise(search, progress, { shares, most });
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

/** Bisection over the shares up to `most`; the layout tells the least, "no" and "unknown" the most. */
function* rise(
  search: Search,
  from: Progress,
  { shares, most }: { readonly shares: readonly Ratio[]; readonly most: number },
): Steps<Risen> {
  let { layout, isProven } = from;
  let low = reached(search, from, shares);
  layout = low.layout;
  const within = shares.findLastIndex(({ served, wanted }) => served / wanted <= most) + 1;
  let high = Math.max(within, low.position + 1);
  let impossible = high;
  let middle = high < shares.length ? Math.floor((low.position + high) / 2) : high - 1;
  while (low.position + 1 < high) {
    const share = shares[middle] ?? from.share;
    const answer = yield* ask(search, from.state, share);
    if (answer.kind === "found") {
      layout = answer.layout;
      low = reached(search, { ...from, layout, share }, shares);
      layout = low.layout;
    } else {
      high = middle;
      impossible = answer.kind === "none" ? middle : impossible;
    }
    middle = Math.floor((low.position + high) / 2);
  }
  isProven &&= impossible === high;
  const share = shares[low.position] ?? from.share;
  const bound = shares[impossible - 1] ?? share;
  return { ...from, layout, isProven, share, next: shares[high], bound };
}

/** The layout with its open models filled up, and the last of the shares that all of them then have. */
function reached(
  { fleet }: Search,
  at: Progress,
  shares: readonly Ratio[],
): { readonly layout: Layout; readonly position: number } {
  const rising = new Set(
    at.state.standings.flatMap((standing) => {
      const level = at.layout.find((placed) => placed.model === standing.model)?.level ?? 0;
      const isOpen = standing.level === "open";
      return isOpen && level >= levelAtShare(demandOf(fleet, standing.model), at.share)
        ? [standing.model]
        : [];
    }),
  );
  const layout = fill(fleet, at.layout, rising);
  const least = layout
    .filter((placed) => rising.has(placed.model))
    .map((placed) => ratioAt(demandOf(fleet, placed.model), placed.level))
    .reduce((a, b) => (compareRatios(a, b) < 0 ? a : b), { served: 2, wanted: 1 });
  return {
    layout,
    position: shares.filter((share) => compareRatios(share, least) <= 0).length - 1,
  };
}

function openDemands({ fleet }: Search, state: Lexicographic) {
  return state.standings
    .filter((standing) => standing.level === "open")
    .map((standing) => demandOf(fleet, standing.model));
}
