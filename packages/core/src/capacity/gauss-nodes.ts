/** A value that stands for a share of all values; weights sum to 1. */
import { square } from "../units/same-math.ts";
export interface Node {
  readonly value: number;
  readonly weight: number;
}

/**
 * Gauss' quadrature of a sample of positive values: at most `count` nodes, in rising order, whose weighted powers
 * up to 2 · count - 1 have the sample's means (Golub and Welsch 1969, here with bisection for the roots). Fewer
 * nodes where the sample has fewer values. Throws a RangeError without values.
 */
export function gaussNodes(values: readonly number[], count: number): readonly Node[] {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  if (!(mean > 0)) {
    throw new RangeError(`values: expected positive numbers, got a mean of ${mean}`);
  }
  const { diagonal, squares } = recurrence(
    values.map((value) => value / mean),
    count,
  );
  return diagonal.map((_, index) => {
    const root = rootAt(diagonal, squares, index);
    return { value: root * mean, weight: weightAt(diagonal, squares, root) };
  });
}

/** Three-term recurrence p(k + 1) = (x - a(k)) p(k) - b(k) p(k - 1) of the monic orthogonal polynomials. */
interface Recurrence {
  readonly diagonal: readonly number[];
  readonly squares: readonly number[];
}

/** Norm of a polynomial, against that of the one before, below which it is 0 on the whole sample. */
const VANISHES = 1e-12;

/** Stieltjes' procedure: the polynomials' values on the sample give their means. */
function recurrence(sample: readonly number[], count: number): Recurrence {
  const diagonal: number[] = [];
  const squares: number[] = [];
  let before = sample.map(() => 0);
  let now = sample.map(() => 1);
  let normBefore = 1;
  for (let k = 0; k < count; k += 1) {
    const norm = now.reduce((sum, value) => sum + square(value), 0);
    const ratio = k === 0 ? 0 : norm / normBefore;
    if (k > 0 && ratio < VANISHES) {
      break;
    }
    const center = now.reduce((sum, value, i) => sum + (sample[i] ?? 0) * square(value), 0) / norm;
    diagonal.push(center);
    squares.push(ratio);
    const next = now.map(
      (value, i) => ((sample[i] ?? 0) - center) * value - ratio * (before[i] ?? 0),
    );
    [before, now, normBefore] = [now, next, norm];
  }
  return { diagonal, squares };
}

/** Halvings after which an interval is as short as numbers can tell. */
const HALVINGS = 80;

/** The root with so many below it, by Sturm's count of the roots below a value. */
function rootAt(diagonal: readonly number[], squares: readonly number[], index: number): number {
  let low = 0;
  let high = Math.max(...diagonal) + 2 * Math.sqrt(Math.max(...squares)) + 1;
  for (let step = 0; step < HALVINGS; step += 1) {
    const middle = (low + high) / 2;
    if (rootsBelow(diagonal, squares, middle) > index) {
      high = middle;
    } else {
      low = middle;
    }
  }
  return (low + high) / 2;
}

function rootsBelow(diagonal: readonly number[], squares: readonly number[], x: number): number {
  let ratio = 1;
  return diagonal.filter((center, k) => {
    ratio = center - x - (k === 0 ? 0 : (squares[k] ?? 0) / (ratio || Number.MIN_VALUE));
    return ratio < 0;
  }).length;
}

/** 1 over the sum of the squared orthonormal polynomials at a root. */
function weightAt(diagonal: readonly number[], squares: readonly number[], root: number): number {
  let before = 0;
  let now = 1;
  let norm = 1;
  let sum = 0;
  for (const [k, center] of diagonal.entries()) {
    const own = squares[k] ?? 0;
    norm *= k === 0 ? 1 : own;
    sum += square(now) / norm;
    [before, now] = [now, (root - center) * now - own * before];
  }
  return 1 / sum;
}
