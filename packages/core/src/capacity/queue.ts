import { normalTail } from "../memory/normal.ts";
import { square, wholePower } from "../units/same-math.ts";

/**
 * The probability that a request finds all of `servers` busy, in [0, 1]: Erlang's C formula for `load` servers that
 * are busy on average (arrival rate · service time). 1 where the load is not below the servers.
 */
export function chanceToWait(servers: number, load: number): number {
  if (load >= servers) {
    return 1;
  }
  let blocked = 1;
  for (let n = 1; n <= servers; n += 1) {
    blocked = (load * blocked) / (n + load * blocked);
  }
  return blocked / (1 - (load / servers) * (1 - blocked));
}

export interface Spread {
  readonly mean: number;
  readonly variance: number;
}

/**
 * The value that a share of draws from a gamma distribution of this mean and variance stays below (Wilson and
 * Hilferty's cube). The mean itself where nothing varies.
 */
export function spreadAt({ mean, variance }: Spread, share: number): number {
  if (variance <= 0 || mean <= 0) {
    return mean;
  }
  const shape = square(mean) / variance;
  const z = shareDeviation(share);
  return mean * wholePower(Math.max(0, 1 - 1 / (9 * shape) + z / (3 * Math.sqrt(shape))), 3);
}

/** Standard deviations below which a share of a normal distribution lies, within six. */
export function shareDeviation(share: number): number {
  return share <= 0 ? -FURTHEST : normalTail(Math.max(LEAST_TAIL, 1 - share));
}

/** A share of 1 would be without bound. */
const LEAST_TAIL = 1e-9;
const FURTHEST = 6;
