import type { Demand } from "../../problem.ts";
import type { Sites } from "./sites.ts";
import { cheapestWays, type PriceOf, possibleWays, type Way } from "./ways.ts";

/**
 * The ways of a model at a level that no other beats, the cheapest first, looked up where the same model was last asked
 * for with this level: a share is tried from several starts, at several prices, one after the other. Prices are told
 * apart as functions and are of one fleet.
 */
export function waysOnce(
  sites: Sites,
  at: { readonly demand: Demand; readonly level: number; readonly priceOf: PriceOf },
): readonly Way[] {
  return lastOf(priced, at.priceOf, at, () =>
    cheapestWays(
      lastOf(possible, sites, at, () => possibleWays(sites, at)),
      at.priceOf,
    ),
  );
}

/** What was last found for a model, and at which level. */
interface Last<T> {
  readonly level: number;
  readonly found: T;
}

type Known<T> = WeakMap<WeakKey, Map<Demand, Last<T>>>;

const possible: Known<ReturnType<typeof possibleWays>> = new WeakMap();
const priced: Known<readonly Way[]> = new WeakMap();

function lastOf<T>(
  known: Known<T>,
  place: WeakKey,
  { demand, level }: { readonly demand: Demand; readonly level: number },
  find: () => T,
): T {
  const last = known.get(place) ?? new Map<Demand, Last<T>>();
  known.set(place, last);
  const own = last.get(demand);
  if (own?.level === level) {
    return own.found;
  }
  const found = find();
  last.set(demand, { level, found });
  return found;
}
