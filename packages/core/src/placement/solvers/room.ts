import type { FleetIndex } from "./fleet-index.ts";
import type { Item } from "./search-items.ts";

/** Sums listed for one pool and depth; more are not worth their time. */
const MAX_SUMS = 160;

/**
 * What room on a card is worth to the models from one depth on: the largest sum of their needs that
 * fits into it. Cards whose room is worth the same are interchangeable for them.
 */
export interface RoomWorth {
  /** Least need; a card with less room is of no use. */
  readonly least: number;
  /** Worth of `room` in bytes. */
  worth(room: number): number;
}

/** worths[depth][pool]. */
export function roomWorths(fleet: FleetIndex, items: readonly Item[]): RoomWorth[][] {
  let sums: Sums[] = fleet.pools.map(() => ({ values: [0], least: Number.POSITIVE_INFINITY }));
  const worths: RoomWorth[][] = [sums.map(worthOf)];
  for (const item of items.toReversed()) {
    sums = sums.map((before, pool) => withItem(fleet, { before, item, pool }));
    worths.push(sums.map(worthOf));
  }
  return worths.reverse();
}

/** `values` is missing where there were too many; `least` is the least need. */
interface Sums {
  readonly values: readonly number[] | undefined;
  readonly least: number;
}

function withItem(
  fleet: FleetIndex,
  at: { readonly before: Sums; readonly item: Item; readonly pool: number },
): Sums {
  const needs = needsIn(fleet, at.item, at.pool);
  const least = needs.reduce((a, b) => Math.min(a, b), at.before.least);
  const values = at.before.values;
  if (values === undefined || needs.length === 0) {
    return { values, least };
  }
  const most = fleet.pools[at.pool]?.mostCapacity ?? 0;
  const all = new Set(values);
  for (const need of needs) {
    for (const value of values) {
      if (value + need <= most) {
        all.add(value + need);
      }
    }
  }
  return { values: all.size > MAX_SUMS ? undefined : [...all].sort((a, b) => a - b), least };
}

function needsIn(fleet: FleetIndex, item: Item, pool: number): number[] {
  const needs = new Set<number>();
  for (const choice of item.choices) {
    for (const run of choice.runs) {
      if (run.pool === pool) {
        needs.add(run.need);
      }
    }
  }
  if (item.isExclusive && needs.size > 0) {
    for (const card of fleet.pools[pool]?.cards ?? []) {
      needs.add(fleet.capacities[card] ?? 0);
    }
  }
  return [...needs];
}

function worthOf({ values, least }: Sums): RoomWorth {
  if (values === undefined) {
    return { least, worth: (room) => (room < least ? 0 : room) };
  }
  return { least, worth: (room) => largestWithin(values, room) };
}

function largestWithin(values: readonly number[], room: number): number {
  let low = 0;
  let high = values.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((values[middle] ?? 0) <= room) {
      low = middle;
    } else {
      high = middle - 1;
    }
  }
  return values[low] ?? 0;
}
