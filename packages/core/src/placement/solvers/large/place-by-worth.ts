import type { Target } from "./at-share.ts";
import { Bids } from "./bids.ts";
import type { RoomWorth } from "./room-worth.ts";
import type { Way } from "./ways.ts";

/** How an order is shaken: what a model's size is multiplied by. */
export type Shake = (model: number) => number;

/** How items are placed. */
export interface Placing {
  readonly worth: RoomWorth;
  readonly shake: Shake;
  /** By item, the one way that it may go; any of its model's unless given. */
  readonly chosen?: ReadonlyMap<number, Way>;
}

/**
 * Puts items where the room that they take is worth least, the dearest items first and equal ones in a row; gives those
 * that fit nowhere, the dearest last.
 */
export function placeByWorth(target: Target, waiting: readonly number[], by: Placing): number[] {
  const { packing } = target;
  const groups = alikeIn(target, waiting, by);
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

/** Items of one model that may go the same ways, and what these cost at least. */
interface Alike {
  readonly model: number;
  readonly own: readonly Way[];
  readonly items: number[];
}

function alikeIn(
  { packing, ways }: Target,
  waiting: readonly number[],
  { worth, shake, chosen }: Placing,
): (Alike & { readonly size: number })[] {
  const groups = new Map<string, Alike>();
  for (const item of waiting) {
    const model = packing.items[item]?.model ?? -1;
    const way = chosen?.get(item);
    const key = `${model} ${way?.option}`;
    const group = groups.get(key) ?? {
      model,
      own: way ? [way] : (ways.get(model) ?? []),
      items: [],
    };
    groups.set(key, group);
    group.items.push(item);
  }
  return [...groups.values()].map((group) => ({
    ...group,
    size: leastCost(packing.sites.fleet.pools, group.own, worth) * shake(group.model),
  }));
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
