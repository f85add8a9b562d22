import { isRefuted } from "../large/prices.ts";
import type { LargeSearch } from "../large/search.ts";
import { isNear, loadsAt } from "../large/share-bound.ts";
import type { Steps } from "../large/steps.ts";
import type { PriceOf } from "../large/ways.ts";
import { EVERYTHING, NOTHING, type Ratio, sharesAbove } from "../levels.ts";
import type { OpenProgram } from "../linear-program.ts";
import type { PlacedLeast } from "../milp.ts";
import { findPatternPrices } from "./find-patterns.ts";
import { COARSE, finestFor } from "./fineness.ts";
import { patternLoads } from "./pattern-loads.ts";
import { priceList, pricesOfNeeds, type RowPrice } from "./price-list.ts";

export interface Tightened {
  /** No layout that places so many models gives all of them more. */
  readonly share: Ratio;
  /** What needs cost at it; none where nothing was refuted. */
  readonly priceOf: PriceOf | undefined;
  /** What kinds of place cost at the share last looked at: where another programme may begin. */
  readonly startOf: RowPrice;
}

/** How close the bound is to be: as close as can be, or rough, where a closer one follows. */
export type Closeness = "close" | "rough";

/** Shares this close are not told apart. */
const NEAR: Readonly<Record<Closeness, number>> = { close: 1.001, rough: 1.01 };
/** How far below the bound known the first try is, and every further one until a share can't be refuted. */
const STEP_DOWN = 0.95;

/**
 * A bound that is no looser, by the patterns that cards can be cut into: first steps down from the bound known,
 * then bisection.
 */
export function* tightenShare(
  { fleet, effort }: Pick<LargeSearch, "fleet" | "effort">,
  at: {
    readonly open: OpenProgram;
    readonly placed: readonly PlacedLeast[];
    readonly bound: Ratio;
    readonly closeness: Closeness;
  },
): Steps<Tightened> {
  const fineness = at.closeness === "rough" ? COARSE : finestFor(fleet);
  const near = NEAR[at.closeness];
  const shares = [NOTHING, ...sharesAbove(fleet.problem.demands, NOTHING)];
  let low = -1;
  let high = shares.findLastIndex((share) => isAtMost(share, at.bound)) + 1;
  let priceOf: PriceOf | undefined;
  let startOf: RowPrice = (row) => row.cells / fineness.cells;
  while (low + 1 < high && !isNear(shares[low], shares[high], near) && !effort.isAborted) {
    const position = nextPosition(shares, { low, high });
    const loads = patternLoads(fleet, loadsAt(fleet, shares[position] ?? EVERYTHING), fineness);
    const start = Float64Array.from(loads.rows, startOf);
    const found = yield* findPatternPrices(at.open, loads, { ...at, start, effort });
    startOf = priceList(loads, found.prices);
    if (isRefuted(found)) {
      high = position;
      priceOf = pricesOfNeeds(fleet, { ...fineness, loads, prices: found.prices });
    } else {
      low = position;
    }
    yield undefined;
  }
  return { share: shares[high - 1] ?? NOTHING, priceOf, startOf };
}

/** Half way, or a step down where no share below is known that can't be refuted. */
function nextPosition(
  shares: readonly Ratio[],
  { low, high }: { readonly low: number; readonly high: number },
): number {
  const top = shares[high - 1] ?? EVERYTHING;
  const next = shares.findIndex(
    ({ served, wanted }) => served * top.wanted >= STEP_DOWN * top.served * wanted,
  );
  return low < 0 ? Math.min(high - 1, Math.max(0, next)) : Math.floor((low + high) / 2);
}

function isAtMost(a: Ratio, b: Ratio): boolean {
  return a.served * b.wanted <= b.served * a.wanted;
}
