import type { Target } from "./at-share.ts";
import { Bids } from "./bids.ts";
import type { RoomWorth } from "./room-worth.ts";
import type { Way } from "./ways.ts";

/** How an order is shaken: what a model's size is multiplied by. */
export type Shake = (model: number) => number;

/**
 * Puts items where the room that they take is worth least, the dearest items first and equal ones in a row; gives those
 * that fit nowhere, the dearest last.
 */
export function placeByWorth(
  { packing, ways }: Target,
  waiting: readonly number[],
  by: { readonly worth: RoomWorth; readonly shake: Shake },
): number[] {
  const byModel = new Map<number, number[]>();
  for (const item of waiting) {
    const model = packing.items[item]?.model ?? -1;
    byModel.set(model, [...(byModel.get(model) ?? []), item]);
  }
  const groups = [...byModel].map(([model, items]) => {
    const own = ways.get(model) ?? [];
    const size = leastCost(packing.sites.fleet.pools, own, by.worth) * by.shake(model);
    return { model, items, own, size };
  });
  groups.sort((a, b) => b.size - a.size || a.model - b.model);
  const left: number[] = [];
  for (const { items, own } of groups) {
    const bids = new Bids(packing, { item: items[0] ?? 0, ways: own, worth: by.worth });
    for (const [i, item] of items.entries()) {
      const place = bids.cheapest();
      if (place === undefined) {
        left.push(item);
      } else {
        packing.put(item, place);
        bids.next(items[i + 1] ?? item, place.host);
      }
    }
  }
  return left.reverse();
}

/** What the room that a way takes of empty cards is worth, the cheapest way's. */
function leastCost(
  pools: readonly { readonly mostCapacity: number }[],
  ways: readonly Way[],
  worth: RoomWorth,
): number {
  let least = Number.POSITIVE_INFINITY;
  for (const { runs } of ways) {
    let cost = 0;
    for (const { cardClass, need, count } of runs) {
      const whole = pools[cardClass]?.mostCapacity ?? 0;
      cost += count * (worth.of(cardClass, whole) - worth.of(cardClass, whole - need));
    }
    least = Math.min(least, cost);
  }
  return least;
}
