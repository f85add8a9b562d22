import type { Ratio } from "../levels.ts";
import { keepPlaces, type Target, targetAt } from "./at-share.ts";
import { insert } from "./insert.ts";
import { Packing } from "./packing.ts";
import type { LargeSearch } from "./search.ts";
import type { PriceOf } from "./ways.ts";

/** A packing to repair, and who has no place in it, the largest last. */
export interface Start {
  readonly target: Target;
  readonly queue: number[];
}

/**
 * The packing at this share that leaves least without a place: the one reached, with what no longer fits put
 * elsewhere, or a new one at each of the prices, largest replicas first. Undefined where a model has no way.
 */
export function bestStart(
  search: LargeSearch,
  at: { readonly models: readonly number[]; readonly share: Ratio; readonly before: Packing },
): Start | undefined {
  const empty = new Packing(search.sites, []);
  const [first] = search.pricings;
  const starts = search.pricings.flatMap((priceOf) =>
    startFrom({ ...search, priceOf }, { ...at, before: empty }),
  );
  const all = [...startFrom({ ...search, priceOf: first ?? search.priceOf }, at), ...starts];
  return all.reduce<Start | undefined>(
    (best, start) =>
      best === undefined || leftIn(search.priceOf, start) < leftIn(search.priceOf, best)
        ? start
        : best,
    undefined,
  );
}

function startFrom(
  search: LargeSearch,
  at: { readonly models: readonly number[]; readonly share: Ratio; readonly before: Packing },
): Start[] {
  const target = targetAt(search, at);
  if (target === undefined) {
    return [];
  }
  const { packing, ways } = target;
  const waiting = keepPlaces(target, at.before).reverse();
  const queue = waiting.filter(
    (item) => !insert(packing, item, ways.get(packing.items[item]?.model ?? -1) ?? []),
  );
  return [{ target, queue: queue.reverse() }];
}

/** What those without a place would take, by one way to count for all. */
function leftIn(priceOf: PriceOf, { target, queue }: Start): number {
  return queue.reduce((sum, item) => {
    const runs = target.ways.get(target.packing.items[item]?.model ?? -1)?.[0]?.runs ?? [];
    return runs.reduce(
      (all, { cardClass, need, count }) => all + count * priceOf(cardClass, need),
      sum,
    );
  }, 0);
}
