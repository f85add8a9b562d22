/**
 * Dual feasible functions: of needs that fit into a card together, the images add up to at most 1. So the
 * images of all needs add up to no more than there are cards, which bounds every packing. Fekete and
 * Schepers, "New classes of fast lower bounds for bin packing problems" (2001), give the families.
 */
export type Rounding = (need: number, capacity: number) => number;

/** The part of the card itself. */
const part: Rounding = (need, capacity) => need / capacity;

/** k of 1/k, where more than part 1/(k + 1) each must be taken: what does not fit k + 1 times counts 1/k. */
function steps(k: number): Rounding {
  return (need, capacity) => {
    const parts = ((k + 1) * need) / capacity;
    return Number.isInteger(parts) ? need / capacity : Math.floor(parts) / k;
  };
}

/** Needs below `small` count nothing, those that only such can join count a whole card. */
function without(small: number): Rounding {
  return (need, capacity) => {
    const edge = small * capacity;
    if (need > capacity - edge) {
      return 1;
    }
    return need < edge ? 0 : need / capacity;
  };
}

/** Large needs count by how many of size `small` they leave room for, middling ones as one of those. */
function leaving(small: number): Rounding {
  return (need, capacity) => {
    const edge = small * capacity;
    const whole = Math.floor(capacity / edge);
    if (2 * need > capacity) {
      return 1 - Math.floor((capacity - need) / edge) / whole;
    }
    return need < edge ? 0 : 1 / whole;
  };
}

/** The functions that a bound mixes; more cost time and rarely help. */
export const ROUNDINGS: readonly Rounding[] = [
  part,
  ...[1, 2, 3, 4, 5].map(steps),
  ...[0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45].map(without),
  ...[0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45].map(leaving),
];
