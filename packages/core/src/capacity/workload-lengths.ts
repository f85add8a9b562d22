import { normalTail } from "../memory/normal.ts";
import { sameExp, square } from "../units/same-math.ts";
import { type Tokens, tokens } from "../units/units.ts";
import type {
  LengthBin,
  LengthDistribution,
  LengthQuantile,
  LognormalLengths,
} from "./workload.ts";

/**
 * The length below which a share `u` in [0, 1] of all lengths lies: the inverse distribution function, whole
 * tokens, at least 1. A uniform draw of `u` draws a length.
 */
export function lengthAt(lengths: LengthDistribution, u: number): Tokens {
  return tokens(Math.max(1, Math.round(realLengthAt(lengths, u))));
}

function realLengthAt(lengths: LengthDistribution, u: number): number {
  switch (lengths.kind) {
    case "fixed":
      return lengths.tokens;
    case "lognormal":
      return lognormalAt(lengths, u);
    case "quantiles":
      return betweenPoints(lengths.points, u);
    case "histogram":
      return binAt(lengths.bins, u);
    case "sample":
      return sampleAt(lengths.sorted, u);
    default:
      return lengths satisfies never;
  }
}

/** What is known of a distribution's size: mean and mean square, in tokens and tokens². */
export interface LengthMoments {
  readonly mean: number;
  readonly meanSquare: number;
}

/** Moments over equally likely slices of the distribution, each by its middle: within 1 % for sigma up to 2. */
export function lengthMoments(lengths: LengthDistribution): LengthMoments {
  return lengthSlices(lengths).moments;
}

/** A distribution as the middles of equally likely slices, ascending, with what they come to. */
export interface LengthSlices {
  readonly lengths: Float64Array;
  /** Of the first so many slices together: the sums of their lengths, and of their squares. */
  readonly sums: Float64Array;
  readonly squares: Float64Array;
  readonly moments: LengthMoments;
}

/** Counted once for a distribution: workloads are frozen, and a planner asks often. */
export function lengthSlices(lengths: LengthDistribution): LengthSlices {
  const known = SLICED.get(lengths) ?? newSlices(lengths);
  SLICED.set(lengths, known);
  return known;
}

const SLICED = new WeakMap<LengthDistribution, LengthSlices>();

function newSlices(distribution: LengthDistribution): LengthSlices {
  const slices = distribution.kind === "fixed" ? 1 : SLICES;
  const lengths = Float64Array.from({ length: slices }, (_, slice) =>
    lengthAt(distribution, (slice + 1 / 2) / slices),
  ).sort();
  const sums = new Float64Array(slices + 1);
  const squares = new Float64Array(slices + 1);
  for (const [slice, length] of lengths.entries()) {
    sums[slice + 1] = (sums[slice] ?? 0) + length;
    squares[slice + 1] = (squares[slice] ?? 0) + square(length);
  }
  const mean = (sums[slices] ?? 0) / slices;
  return { lengths, sums, squares, moments: { mean, meanSquare: (squares[slices] ?? 0) / slices } };
}

/** Slices of a distribution whose middles stand for it. */
const SLICES = 2000;

function lognormalAt({ median, sigma, least, most }: LognormalLengths, u: number): number {
  const length = u >= 1 ? most : median * sameExp(sigma * normalTail(1 - u));
  return Math.min(most, Math.max(least, length));
}

function betweenPoints(points: readonly LengthQuantile[], u: number): number {
  const above = points.findIndex(({ share }) => share >= u);
  const high = points[above] ?? points.at(-1);
  const low = points[above - 1] ?? high;
  if (high === undefined || low === undefined) {
    return 1;
  }
  const span = high.share - low.share;
  const way = span > 0 ? (u - low.share) / span : 1;
  return low.tokens + Math.min(1, way) * (high.tokens - low.tokens);
}

function binAt(bins: readonly LengthBin[], u: number): number {
  const total = bins.reduce((sum, { weight }) => sum + weight, 0);
  let left = u * total;
  for (const { from, to, weight } of bins) {
    if (weight > 0 && left <= weight) {
      return from + Math.floor((left / weight) * (to - from) * ALMOST);
    }
    left -= weight;
  }
  return bins.at(-1)?.to ?? 1;
}

/** Keeps the end of a bin out of it. */
const ALMOST = 1 - 1e-12;

function sampleAt(sorted: readonly Tokens[], u: number): number {
  const index = Math.min(sorted.length - 1, Math.floor(u * sorted.length));
  return sorted[index] ?? 1;
}
