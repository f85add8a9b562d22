import { isRefuted } from "../large/prices.ts";
import type { LargeSearch } from "../large/search.ts";
import { loadsAt } from "../large/share-bound.ts";
import type { Steps } from "../large/steps.ts";
import { NOTHING } from "../levels.ts";
import type { OpenProgram } from "../linear-program.ts";
import { findPatternPrices } from "./find-patterns.ts";
import { finestFor } from "./fineness.ts";
import { patternLoads } from "./pattern-loads.ts";

/**
 * Most models that can be placed at their least, as far as the patterns tell that cards can be cut into: `atLeast` are,
 * more than `most` are not. Bisection.
 */
export function* tightenPlaced(
  { fleet, effort }: Pick<LargeSearch, "fleet" | "effort">,
  at: { readonly open: OpenProgram; readonly atLeast: number; readonly most: number },
): Steps<number> {
  const fineness = finestFor(fleet);
  const loads = patternLoads(fleet, loadsAt(fleet, NOTHING), fineness);
  let start: Float64Array = Float64Array.from(loads.rows, ({ cells }) => cells / fineness.cells);
  let low = at.atLeast;
  let high = at.most + 1;
  while (low + 1 < high && !effort.isAborted) {
    const models = Math.floor((low + high) / 2);
    const placed = [{ priority: undefined, models }];
    const found = yield* findPatternPrices(at.open, loads, { placed, start, effort });
    start = found.prices;
    [low, high] = isRefuted(found) ? [low, models] : [models, high];
    yield undefined;
  }
  return high - 1;
}
