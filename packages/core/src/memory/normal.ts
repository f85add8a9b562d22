/** The probability that a standard normal variable is above `z`, to double precision, in the tail too. */
import { sameExp } from "../units/same-math.ts";
export function normalAbove(z: number): number {
  if (z < 0) {
    return 1 - normalAbove(-z);
  }
  return density(z) * (z < SERIES_ENDS ? 1 / (2 * density(z)) - series(z) : fraction(z));
}

/** How many standard deviations lie below a tail of probability `tail`, in (0, 1): the inverse of `normalAbove`. */
export function normalTail(tail: number): number {
  let low = -FURTHEST;
  let high = FURTHEST;
  for (let step = 0; step < STEPS; step += 1) {
    const middle = (low + high) / 2;
    if (normalAbove(middle) > tail) {
      low = middle;
    } else {
      high = middle;
    }
  }
  return high;
}

/** From here on the continued fraction converges faster than the series. */
const SERIES_ENDS = 3;
/** Tails beyond are below the smallest number that there is. */
const FURTHEST = 38;
/** Halvings after which an interval of twice FURTHEST is as short as numbers can tell. */
const STEPS = 60;
/** Levels of the continued fraction; at 3 standard deviations 60 give all digits. */
const LEVELS = 120;

function density(z: number): number {
  return sameExp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
}

/** z + z³/3 + z⁵/(3 · 5) + …: (Φ(z) - 1/2) over the density. */
function series(z: number): number {
  let term = z;
  let sum = z;
  for (let n = 3; term > sum * Number.EPSILON; n += 2) {
    term *= (z * z) / n;
    sum += term;
  }
  return sum;
}

/** Laplace's 1/(z + 1/(z + 2/(z + …))): the tail over the density. */
function fraction(z: number): number {
  let value = z;
  for (let level = LEVELS; level > 0; level -= 1) {
    value = z + level / value;
  }
  return 1 / value;
}
