import { EVERYTHING, NOTHING, type Ratio, sharesAbove } from "../levels.ts";
import type { Target } from "./at-share.ts";
import { type LargeSearch, repairFor } from "./search.ts";
import { bestStart } from "./start.ts";
import type { Steps } from "./steps.ts";

/** A packing of all placed models at a share. */
export interface Raised {
  readonly target: Target;
  readonly share: Ratio;
}

interface Climb {
  readonly models: readonly number[];
  readonly shares: readonly Ratio[];
  readonly found: (raised: Raised) => void;
}

/**
 * The largest share at which all placed models are found to fit: bisection between what was reached and the
 * bound, each time from the packing reached; then again with twice the effort for each attempt, until the
 * limit comes or the bound is reached.
 */
export function* raise(
  search: LargeSearch,
  from: Target,
  at: { readonly bound: Ratio; readonly found: (raised: Raised) => void },
): Steps<Raised> {
  const models = [...from.levels.keys()];
  const demands = models.flatMap((model) => search.fleet.problem.demands[model] ?? []);
  const shares = [NOTHING, ...sharesAbove(demands, NOTHING)];
  const top = shares.findLastIndex((share) => isAtMost(share, at.bound));
  const climb: Climb = { models, shares, found: at.found };
  let low = { target: from, position: 0 };
  let states = Math.ceil(search.effort.left * FIRST_ATTEMPT);
  let before = -1;
  while (low.position < top && search.effort.left > 0 && search.effort.nodes > before) {
    before = search.effort.nodes;
    low = yield* climbBetween(search, climb, { low, high: top + 1, states });
    states *= 2;
  }
  return { target: low.target, share: shares[low.position] ?? NOTHING };
}

/** Part of the effort that each attempt of the first bisection may take. */
const FIRST_ATTEMPT = 0.02;

interface Step {
  readonly target: Target;
  readonly position: number;
}

function* climbBetween(
  search: LargeSearch,
  climb: Climb,
  at: { readonly low: Step; readonly high: number; readonly states: number },
): Steps<Step> {
  let { low, high } = at;
  while (low.position + 1 < high && search.effort.left > 0) {
    const position = Math.floor((low.position + high) / 2);
    const share = climb.shares[position] ?? EVERYTHING;
    const start = yield* bestStart(search, {
      models: climb.models,
      share,
      before: low.target.packing,
    });
    const { states } = at;
    if (start !== undefined && (yield* repairFor(search, { ...start, states }))) {
      low = { target: start.target, position };
      climb.found({ target: start.target, share });
    } else {
      high = position;
    }
  }
  return low;
}

function isAtMost(a: Ratio, b: Ratio): boolean {
  return a.served * b.wanted <= b.served * a.wanted;
}
