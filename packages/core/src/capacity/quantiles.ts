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
  const all = total(weights);
  let left = share * all;
  for (const [cell, weight] of weights.entries()) {
    if (weight > 0 && left <= weight) {
      return ((cell + left / weight) * most) / weights.length;
    }
    left -= weight;
  }
  return all > 0 ? most : Number.NaN;
}

/** The three quantiles of a share of the cache, each with its interval. */
export interface QuantileEstimates {
  readonly p50: Estimate;
  readonly p95: Estimate;
  readonly p99: Estimate;
}

/** The median, the 95th and the 99th percentile of the sum of independent histograms. */
export function quantileEstimates(parts: readonly Histogram[]): QuantileEstimates {
  const summed = sumOf(parts);
  const at = (share: number) => quantileIn(summed, share);
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99) };
}

/**
 * The quantile of a sum of independent histograms of the same cells, with the interval in which the truth lies in 95
 * of 100 cases (Woodruff's: the interval of the share below the quantile, read back as quantiles). How the share
 * differs from part to part says how sure it is, whatever is dependent within a part. NaN without weight, no interval
 * with one part.
 */
export function quantileEstimate(parts: readonly Histogram[], share: number): Estimate {
  return quantileIn(sumOf(parts), share);
}

/** Histograms, the weight of each, and what they are together. */
interface Summed {
  readonly parts: readonly Histogram[];
  readonly whole: Float64Array;
  readonly all: Histogram;
}

function quantileIn({ parts, whole, all }: Summed, share: number): Estimate {
  const value = histogramQuantile(all, share);
  if (Number.isNaN(value)) {
    return { value, low: value, high: value };
  }
  const below = Float64Array.from(parts, (part) => weightBelow(part, value));
  const { value: found, high } = ratioEstimate(below, whole);
  const half = parts.length > 1 ? (high - found) * studentFactor(parts.length - 1) : 0;
  return {
    value,
    low: histogramQuantile(all, Math.max(0, share - half)),
    high: histogramQuantile(all, Math.min(1, share + half)),
  };
}

/** How much wider Student's interval is than the normal one: the first term of Cornish and Fisher's expansion. */
function studentFactor(freedom: number): number {
  return 1 + (square(SIGMAS) + 1) / (4 * freedom);
}

function sumOf(parts: readonly Histogram[]): Summed {
  const all = histogram(parts[0]?.most ?? 0, parts[0]?.weights.length ?? 0);
  for (const { weights } of parts) {
    for (let cell = 0; cell < weights.length; cell += 1) {
      (all.weights[cell] as number) += weights[cell] as number;
    }
  }
  return { parts, whole: Float64Array.from(parts, ({ weights }) => total(weights)), all };
}

function total(weights: Float64Array): number {
  let sum = 0;
  for (let cell = 0; cell < weights.length; cell += 1) {
    sum += weights[cell] as number;
  }
  return sum;
}

/** Linear within the cell that the value lies in. */
function weightBelow({ most, weights }: Histogram, value: number): number {
  const place = (value / most) * weights.length;
  const cell = Math.min(weights.length - 1, Math.floor(place));
  return total(weights.subarray(0, cell)) + (place - cell) * (weights[cell] ?? 0);
}
