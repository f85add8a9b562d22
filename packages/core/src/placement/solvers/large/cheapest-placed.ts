import type { PlacedLeast } from "../milp.ts";

/** A model's cheapest way at some prices. */
export interface Payable {
  readonly priority: number;
  readonly cost: number;
}

/** Of each priority as many as are placed, the cheapest: the others need not be paid for. */
export function cheapestPlaced<T extends Payable>(
  all: readonly T[],
  placed: readonly PlacedLeast[],
): readonly T[] {
  return placed.flatMap(({ priority, models }) => {
    const own = all.filter((one) => priority === undefined || one.priority === priority);
    return models >= own.length ? own : own.sort((a, b) => a.cost - b.cost).slice(0, models);
  });
}
