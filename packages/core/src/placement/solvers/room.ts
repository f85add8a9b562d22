import type { FleetIndex } from "./fleet-index.ts";
import type { Item } from "./search-items.ts";

/** Sums listed for one pool and depth; more are not worth their time. */
const MAX_SUMS = 300;

/**
 * What room on a card is worth to the models from one depth on: the largest sum of their needs that
 * fits into it. Cards whose room is worth the same are interchangeable for them.
 */
export class RoomWorth {
  /** Least need; a card with less room is of no use. */
  readonly least: number;
  private readonly sums: readonly number[] | undefined;
  private readonly numbers = new Map<number, number>();

  constructor(least: number, sums: readonly number[] | undefined) {
    this.least = least;
    this.sums = sums;
  }

  /** Worth of `room`, in bytes; where the sums are too many, `room` itself. */
  worth(room: number): number {
    if (room < this.least) {
      return 0;
    }
    return this.sums === undefined ? room : (this.sums[this.position(this.sums, room)] ?? 0);
  }

  /** A small number that is equal for rooms of equal worth. */
  number(room: number): number {
    return this.sums === undefined ? this.numbered(room) : this.position(this.sums, room);
  }

  /** Whether a card with this room is worth no less without `need`. */
  canSpare(room: number, need: number): boolean {
    if (room < this.least) {
      return true;
    }
    return (
      this.sums !== undefined &&
      this.position(this.sums, room) === this.position(this.sums, room - need)
    );
  }

  private position(sums: readonly number[], room: number): number {
    let low = 0;
    let high = sums.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if ((sums[middle] ?? 0) <= room) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  private numbered(room: number): number {
    const known = this.numbers.get(room);
    if (known !== undefined) {
      return known;
    }
    this.numbers.set(room, this.numbers.size);
    return this.numbers.size - 1;
  }
}

/** worths[depth][pool]; the last depth has no models left. */
export function roomWorths(fleet: FleetIndex, items: readonly Item[]): RoomWorth[][] {
  let sums: Sums[] = fleet.pools.map(() => ({ values: [0], least: Number.POSITIVE_INFINITY }));
  const worths: RoomWorth[][] = [sums.map(worthOf)];
  for (const item of items.toReversed()) {
    sums = sums.map((before, pool) => withItem(fleet, { before, item, pool }));
    worths.push(sums.map(worthOf));
  }
  return worths.reverse();
}

function worthOf({ least, values }: Sums): RoomWorth {
  return new RoomWorth(least, values);
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
    if (all.size > MAX_SUMS) {
      return { values: undefined, least };
    }
  }
  return { values: [...all].sort((a, b) => a - b), least };
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
