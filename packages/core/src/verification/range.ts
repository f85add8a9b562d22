/** A value with the bounds that 95 % of cases are meant to fall into. */
import { rootOfSquares } from "../units/same-math.ts";
export interface Range {
  readonly low: number;
  readonly value: number;
  readonly high: number;
}

export function exactly(value: number): Range {
  return { low: value, value, high: value };
}

/** Sums of independent parts: their distances to each bound add up as the root of their squares. */
export function sumOf(parts: readonly Range[]): Range {
  const value = parts.reduce((sum, part) => sum + part.value, 0);
  return {
    low: value - rootOfSquares(parts.map((part) => part.value - part.low)),
    value,
    high: value + rootOfSquares(parts.map((part) => part.high - part.value)),
  };
}

/** What is left of `whole` without `part`: a large part leaves little. */
export function without(whole: Range, part: Range): Range {
  return sumOf([whole, { low: -part.high, value: -part.value, high: -part.low }]);
}

/** Wider by a share of the value on either side. */
export function widened(range: Range, share: number): Range {
  const room = share * Math.abs(range.value);
  return { low: range.low - room, value: range.value, high: range.high + room };
}
