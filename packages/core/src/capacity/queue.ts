import { normalAbove, normalTail } from "../memory/normal.ts";
import { sameExp, samePower, square, wholePower } from "../units/same-math.ts";

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

/** Requests that find room at once, and those that wait for it first, exponentially long. */
export interface LateSpread extends Spread {
  readonly ready: Spread;
  readonly late: { readonly chance: number; readonly seconds: number };
}

/** A time with that of waiting: what varies in either is independent. */
export function withWait(ready: Spread, late: LateSpread["late"]): LateSpread {
  const { chance, seconds } = late;
  return {
    mean: ready.mean + chance * seconds,
    variance: ready.variance + chance * (2 - chance) * square(seconds),
    ready,
    late,
  };
}

/** The share of requests, in [0, 1], that take at most so long. */
export function lateBelow({ ready, late }: LateSpread, seconds: number): number {
  const { chance } = late;
  const waited = {
    mean: ready.mean + late.seconds,
    variance: ready.variance + square(late.seconds),
  };
  return (
    (chance < 1 ? (1 - chance) * spreadBelow(ready, seconds) : 0) +
    (chance > 0 ? chance * spreadBelow(waited, seconds) : 0)
  );
}

/** The value that a share of requests stays below: `lateBelow` backwards. */
export function lateAt(spread: LateSpread, share: number): number {
  let low = 0;
  let high = spread.mean;
  while (lateBelow(spread, high) < share && high < Number.MAX_VALUE / 2) {
    high *= 2;
  }
  for (let step = 0; step < HALVINGS; step += 1) {
    const middle = (low + high) / 2;
    if (lateBelow(spread, middle) < share) {
      low = middle;
    } else {
      high = middle;
    }
  }
  return high;
}

/** To a billionth. */
const HALVINGS = 40;

/** The part of a gamma distribution that lies below: `spreadAt` backwards. */
export function spreadBelow({ mean, variance }: Spread, value: number): number {
  if (variance <= 0 || mean <= 0) {
    return value >= mean ? 1 : 0;
  }
  return 1 - normalAbove(deviationAt({ mean, variance }, value));
}

/** Standard deviations of the normal distribution that a gamma distribution's value is as far out as. */
export function deviationAt({ mean, variance }: Spread, value: number): number {
  const shape = square(mean) / variance;
  return (samePower(value / mean, 1 / 3) - 1 + 1 / (9 * shape)) * 3 * Math.sqrt(shape);
}

/** The chance that a normal variable is above a value. */
export function aboveIn({ mean, variance }: Spread, value: number): number {
  return variance > 0 ? normalAbove((value - mean) / Math.sqrt(variance)) : Number(value < mean);
}

/** The mean of the lesser of a number and a normal variable. */
export function lesserMean(most: number, { mean, variance }: Spread): number {
  if (variance <= 0) {
    return Math.min(most, mean);
  }
  const deviation = Math.sqrt(variance);
  const z = (most - mean) / deviation;
  const density = sameExp(-square(z) / 2) / Math.sqrt(2 * Math.PI);
  return most - (most - mean) * (1 - normalAbove(z)) - deviation * density;
}

/** Standard deviations below which a share of a normal distribution lies, within six. */
export function shareDeviation(share: number): number {
  return share <= 0 ? -FURTHEST : normalTail(Math.max(LEAST_TAIL, 1 - share));
}

/** A share of 1 would be without bound. */
const LEAST_TAIL = 1e-9;
const FURTHEST = 6;
