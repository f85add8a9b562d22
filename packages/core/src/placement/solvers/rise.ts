import { fill } from "./fill.ts";
import type { Progress, Risen } from "./hold-back.ts";
import type { Steps } from "./large/steps.ts";
import type { Layout } from "./layout.ts";
import type { Ratio } from "./levels.ts";
import { compareRatios, levelAtShare, NOTHING, ratioAt } from "./levels.ts";
import { ask } from "./questions.ts";
import type { Search } from "./standings.ts";
import { demandOf } from "./standings.ts";

/** A layout, and the last of the shares that all open models have in it. */
interface Reached {
  readonly layout: Layout;
  readonly position: number;
}

interface Climb {
  readonly shares: readonly Ratio[];
  /** Whether this is the least share, which is told and bounded. */
  readonly isFirst: boolean;
}

/** Positions of shares: reached, not reached, and proven to be impossible. */
interface Climbed {
  readonly low: Reached;
  readonly high: number;
  readonly impossible: number;
}

/** Bisection over the shares up to `most`; the layout tells the least, "no" and "unknown" the most. */
export function* rise(
  search: Search,
  from: Progress,
  at: Climb & { readonly most: number },
): Steps<Risen> {
  const { shares, isFirst } = at;
  const start = reached(search, from, shares);
  const within = shares.findLastIndex(({ served, wanted }) => served / wanted <= at.most) + 1;
  const top = Math.max(within, start.position + 1);
  const climbed = yield* climb(search, from, { ...at, low: start, top });
  const { low, high } = climbed;
  const impossible = isFirst
    ? yield* refuted(search, from, { ...climbed, shares })
    : climbed.impossible;
  const isProven = from.isProven && impossible === high;
  const share = shares[low.position] ?? from.share;
  const bound = shares[impossible - 1] ?? share;
  return { ...from, layout: low.layout, isProven, share, next: shares[high], bound };
}

function* climb(
  search: Search,
  from: Progress,
  { shares, isFirst, low: start, top }: Climb & { readonly low: Reached; readonly top: number },
): Steps<Climbed> {
  let low = start;
  let high = top;
  let impossible = top;
  let middle = top < shares.length ? between(low.position, top, isFirst) : top - 1;
  if (isFirst) {
    tellShare(search, { low, shares, impossible });
  }
  while (low.position + 1 < high) {
    const share = shares[middle] ?? from.share;
    const answer = yield* ask(search, from.state, share);
    if (answer.kind === "found") {
      low = reached(search, { ...from, layout: answer.layout, share }, shares);
    } else {
      high = middle;
      impossible = answer.kind === "none" ? middle : impossible;
    }
    if (isFirst) {
      tellShare(search, { low, shares, impossible });
    }
    middle = between(low.position, high, isFirst);
  }
  return { low, high, impossible };
}

/** The first share that a layout has is raised from a quick one, which is further from the best than the bound is. */
const FIRST_STEP = 2 / 3;

/** A position between two others, where there is one. */
function between(low: number, high: number, isFirst: boolean): number {
  const part = isFirst ? FIRST_STEP : 1 / 2;
  return Math.min(high - 1, Math.floor(low + (high - low) * part));
}

/** The first of the shares that a look refutes where those that were not reached are not proven to be impossible. */
function* refuted(
  { asker, effort, ...search }: Search,
  { state, share: before }: Progress,
  at: Pick<Climbed, "high" | "impossible"> & { readonly shares: readonly Ratio[] },
): Steps<number> {
  let { impossible } = at;
  let possible = at.high - 1;
  while (asker !== undefined && possible + 1 < impossible && effort.left > 0) {
    const middle = Math.floor((possible + impossible) / 2);
    const share = at.shares[middle] ?? before;
    const isRefuted = yield* asker.isRefuted({ ...search, effort }, { state, share });
    [possible, impossible] = isRefuted ? [possible, middle] : [middle, impossible];
  }
  return impossible;
}

function tellShare(
  { effort }: Search,
  at: { readonly low: Reached; readonly shares: readonly Ratio[]; readonly impossible: number },
): void {
  const [share = NOTHING, bound = share] = [at.low.position, at.impossible - 1].map(
    (position) => at.shares[position],
  );
  effort.tell({
    placed: at.low.layout.length,
    share: share.served / share.wanted,
    bound: bound.served / bound.wanted,
  });
}

/** The layout with its open models filled up, and the last of the shares that all of them then have. */
function reached({ fleet }: Search, at: Progress, shares: readonly Ratio[]): Reached {
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
