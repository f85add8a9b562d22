import { cheapest } from "./exact-cost.ts";
import { placeMost } from "./exact-placed.ts";
import { shareFairly } from "./exact-share.ts";
import type { Layout } from "./layout.ts";
import { compareReached, reachedBy } from "./layout.ts";
import type { Ratio } from "./levels.ts";
import { EVERYTHING } from "./levels.ts";
import type { Search } from "./standings.ts";

/** A layout, and which stages of the objective are proven to be the best for it. */
export interface ExactResult {
  readonly layout: Layout;
  readonly proven: Proven;
  /** No layout that places as many gives everyone a larger share. */
  readonly shareBound: Ratio;
}

export interface Proven {
  readonly placed: boolean;
  /** The least share. */
  readonly share: boolean;
  /** All shares, and the sequences with them. */
  readonly sequences: boolean;
  readonly precision: boolean;
  readonly cards: boolean;
}

const NOTHING_PROVEN: Proven = {
  placed: false,
  share: false,
  sequences: false,
  precision: false,
  cards: false,
};

/** The best layout within the options given, as far as the effort allows; never worse than `incumbent`. */
export function exactLayout(search: Search, incumbent: Layout): ExactResult {
  const placed = placeMost(search, incumbent);
  const shared = shareFairly(search, placed);
  const cost = cheapest(search, shared.state, shared.layout);
  const isAmbiguous = shared.state.standings.some((standing) => standing.low.length > 0);
  const bound = placed.isProven ? (shared.bound ?? EVERYTHING) : EVERYTHING;
  const reached = reachedBy(search.fleet, cost.layout);
  const sequences = shared.isProven && (!isAmbiguous || cost.isPrecisionProven);
  const least = reached.shares[0];
  const proven = {
    placed: placed.isProven,
    share: placed.isProven && (least === undefined || isSame(least, bound)),
    sequences,
    precision: sequences && cost.isPrecisionProven,
    cards: sequences && cost.isCardsProven,
  };
  if (compareReached(reachedBy(search.fleet, incumbent), reached) > 0) {
    return { layout: incumbent, proven: NOTHING_PROVEN, shareBound: bound };
  }
  return { layout: cost.layout, proven, shareBound: bound };
}

function isSame(a: Ratio, b: Ratio): boolean {
  return a.served * b.wanted === b.served * a.wanted;
}
