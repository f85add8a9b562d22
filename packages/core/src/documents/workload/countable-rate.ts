import { InputError, type Place } from "../../report/errors.ts";

/** Most requests a second. The largest services answer some hundred thousand; ten thousand times that is a slip. */
const MOST_RATE = 1e9;
/** Fewest but none: one request in thirty thousand years. Below, powers of a rate are too small for a number. */
const LEAST_RATE = 1e-12;

/** Requests a second: none, or as many as can be reckoned with. Throws an InputError for any other number. */
export function countableRate(place: Place, perSecond: number): number {
  if (perSecond === 0 || (perSecond >= LEAST_RATE && perSecond <= MOST_RATE)) {
    return perSecond;
  }
  throw new InputError(
    place,
    `expected 0, or ${LEAST_RATE} to ${MOST_RATE} requests a second, got ${perSecond}`,
  );
}
