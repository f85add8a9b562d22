/** Sixteen digits are the most that a safe integer has. */
const MOST_DIGITS = 16;
/** Digits that a 32-bit division always has room for. */
const PART_DIGITS = 9;
const PART = 10 ** PART_DIGITS;
const ZERO = 0x30;

/** Decimal digits of a whole number from 0 to 2^53 - 1; undefined for every other number. */
export function digitCount(value: number): number | undefined {
  if (!(value >= 0 && Number.isSafeInteger(value))) {
    return;
  }
  let count = 1;
  for (let most = 10; value >= most && count < MOST_DIGITS; most *= 10) {
    count += 1;
  }
  return count;
}

/** Writes the last `count` digits of a whole number, the first of them at `at`. */
export function writeDigits(
  bytes: Uint8Array,
  { at, count, value }: { readonly at: number; readonly count: number; readonly value: number },
): void {
  const high = count > PART_DIGITS ? Math.floor(value / PART) : 0;
  // a quotient just below a whole number may be rounded up to it
  const borrow = value < high * PART ? 1 : 0;
  const split = count > PART_DIGITS ? at + count - PART_DIGITS : at;
  writePart(bytes, { from: at, to: split, value: high - borrow });
  writePart(bytes, { from: split, to: at + count, value: value - (high - borrow) * PART });
}

/** Digits of a number below a billion, the last of them before `to`. */
function writePart(
  bytes: Uint8Array,
  { from, to, value }: { readonly from: number; readonly to: number; readonly value: number },
): void {
  let rest = value | 0;
  for (let i = to - 1; i >= from; i -= 1) {
    const next = (rest / 10) | 0;
    bytes[i] = ZERO + rest - 10 * next;
    rest = next;
  }
}
