import type { Range } from "./range.ts";
import type { Comparison, Evidence, OwnTerms } from "./verify-document.ts";

/** A number of the plan that can be measured. */
export interface Expectation {
  readonly id: string;
  readonly unit: Comparison["unit"];
  readonly terms: readonly string[];
  readonly basis: Comparison["basis"];
  readonly range: Range;
  /** The side on which memory or KV cache is short. */
  readonly harm: "above" | "below";
  readonly own?: OwnTerms;
}

export interface Measured {
  readonly value: number;
  readonly halfWidth: number;
  readonly evidence: Evidence;
}

/** What was measured beside what was expected; inside where rounding alone may have put it outside. */
export function compare(expected: Expectation, measured: Measured): Comparison {
  const { id, unit, terms, basis, range, harm, own } = expected;
  const { value, halfWidth, evidence } = measured;
  const verdict = verdictOf(range, measured);
  const whole = (bound: number): number => Math.round(bound);
  return {
    id,
    unit,
    terms,
    basis,
    low: whole(range.low),
    planned: whole(range.value),
    ...(range.high === Number.POSITIVE_INFINITY ? {} : { high: whole(range.high) }),
    measured: whole(value),
    halfWidth: whole(halfWidth),
    difference: whole(value) - whole(range.value),
    verdict,
    isHarmful: verdict === harm,
    ...(own === undefined ? {} : { own }),
    evidence,
  };
}

function verdictOf({ low, high }: Range, { value, halfWidth }: Measured): Comparison["verdict"] {
  if (value + halfWidth < low) {
    return "below";
  }
  return value - halfWidth > high ? "above" : "inside";
}
