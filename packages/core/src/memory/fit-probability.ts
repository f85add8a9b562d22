import { sameExp, square } from "../units/same-math.ts";
import type { MemoryTerm } from "./breakdown.ts";

type Spread = Pick<MemoryTerm, "bytes" | "low" | "high">;

/** What a sum of terms must stay within. `shares`: how much of each byte of a term counts, term by term. */
export interface FitQuestion {
  readonly needBytes: number;
  readonly haveBytes: number;
  readonly shares?: readonly number[];
}

/** 97.5 % of a normal distribution lies below this many standard deviations: low and high hold 95 %. */
const BOUND_SIGMAS = 1.959964;

/**
 * The probability that terms and `needBytes` beside them stay within `haveBytes`. Each term is taken as a
 * two-piece normal distribution with its value as mode and its bounds as the 95 % interval, independent of the
 * others; their sum as normal with the sums of means and variances. Derived terms have no spread, so a sum of
 * them gives 0 or 1.
 */
export function fitProbability(
  terms: readonly Spread[],
  { needBytes, haveBytes, shares }: FitQuestion,
): number {
  let mean = needBytes;
  let variance = 0;
  for (const [i, { bytes, low, high }] of terms.entries()) {
    const share = shares?.[i] ?? 1;
    const below = (share * (bytes - low)) / BOUND_SIGMAS;
    const above = (share * (high - bytes)) / BOUND_SIGMAS;
    // moments of a two-piece normal distribution with the scales below and above its mode
    mean += share * bytes + Math.sqrt(2 / Math.PI) * (above - below);
    variance += (1 - 2 / Math.PI) * square(above - below) + above * below;
  }
  if (variance === 0) {
    return mean <= haveBytes ? 1 : 0;
  }
  return normalBelow((haveBytes - mean) / Math.sqrt(variance));
}

/** Φ(z), by Abramowitz and Stegun 7.1.26: off by less than 1.5e-7. */
function normalBelow(z: number): number {
  const x = Math.abs(z) / Math.SQRT2;
  const t = 1 / (1 + 0.3275911 * x);
  const tail =
    t *
    (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429)))) *
    sameExp(-x * x);
  return z >= 0 ? 1 - tail / 2 : tail / 2;
}
