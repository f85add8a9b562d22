import { normalTail } from "../memory/normal.ts";
import { square } from "../units/same-math.ts";

/** An estimate with the interval in which the truth lies in 95 of 100 cases. */
export interface Estimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** 97.5 % of a normal distribution lie below this many standard deviations. */
const SIGMAS = normalTail(0.025);

/** A probability of which `hits` of `draws` independent draws speak (Wilson's interval). NaN without draws. */
export function shareEstimate(hits: number, draws: number): Estimate {
  const value = hits / draws;
  const sigmas = square(SIGMAS);
  const middle = (hits + sigmas / 2) / (draws + sigmas);
  const half =
    (SIGMAS / (draws + sigmas)) * Math.sqrt((hits * (draws - hits)) / draws + sigmas / 4);
  return {
    value,
    low: hits === 0 ? 0 : Math.max(0, middle - half),
    high: hits === draws ? 1 : Math.min(1, middle + half),
  };
}

/** The mean of independent values, with their own spread. NaN without values, no interval with one. */
export function meanEstimate(values: ArrayLike<number>): Estimate {
  const count = values.length;
  let mean = 0;
  let squares = 0;
  for (let i = 0; i < count; i += 1) {
    const difference = (values[i] ?? 0) - mean;
    mean += difference / (i + 1);
    squares += difference * ((values[i] ?? 0) - mean);
  }
  const half = count > 1 ? SIGMAS * Math.sqrt(squares / (count - 1) / count) : 0;
  return count === 0
    ? { value: Number.NaN, low: Number.NaN, high: Number.NaN }
    : { value: mean, low: mean - half, high: mean + half };
}

/** The ratio of two sums over paths, with the interval that their spread from path to path gives. */
export function ratioEstimate(parts: Float64Array, wholes: Float64Array): Estimate {
  const count = parts.length;
  const sum = (values: Float64Array) => values.reduce((total, value) => total + value, 0);
  const whole = sum(wholes);
  if (whole === 0) {
    return { value: 0, low: 0, high: 0 };
  }
  const value = sum(parts) / whole;
  let squares = 0;
  for (let i = 0; i < count; i += 1) {
    squares += square((parts[i] ?? 0) - value * (wholes[i] ?? 0));
  }
  const half = (SIGMAS * Math.sqrt((squares * count) / Math.max(1, count - 1))) / whole;
  return { value, low: Math.max(0, value - half), high: value + half };
}

/** The value below which a share of sorted values lies, linear between neighbours. NaN without values. */
export function quantileOf(sorted: ArrayLike<number>, share: number): number {
  const place = share * (sorted.length - 1);
  const below = sorted[Math.floor(place)] ?? Number.NaN;
  const above = sorted[Math.ceil(place)] ?? below;
  return below + (place - Math.floor(place)) * (above - below);
}

/** Weights of values in equal cells from 0 to `most`; the last cell also holds what is above. */
export interface Histogram {
  readonly most: number;
  readonly weights: Float64Array;
}

export function histogram(most: number, cells: number): Histogram {
  return { most, weights: new Float64Array(cells) };
}

/** The value below which a share of the weight lies, linear within a cell. NaN without weight. */
export function histogramQuantile({ most, weights }: Histogram, share: number): number {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let left = share * total;
  for (const [cell, weight] of weights.entries()) {
    if (weight > 0 && left <= weight) {
      return ((cell + left / weight) * most) / weights.length;
    }
    left -= weight;
  }
  return total > 0 ? most : Number.NaN;
}
