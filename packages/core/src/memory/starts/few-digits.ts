const FEWEST_DIGITS = 4;

/** Digits that a launcher's 32-bit float keeps, and its 64-bit one; a token of the largest card needs eleven. */
export const MOST_DIGITS = { float32: 9, float64: 12 } as const;

/** A number near `aim` with as few digits as still hold; `aim` itself where no rounding does. */
export function withFewDigits(
  aim: number,
  most: number,
  holds: (rounded: number) => boolean,
): number {
  for (let digits = FEWEST_DIGITS; digits <= most; digits += 1) {
    const rounded = Math.round(aim * 10 ** digits) / 10 ** digits;
    if (holds(rounded)) {
      return rounded;
    }
  }
  return aim;
}
