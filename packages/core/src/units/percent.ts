/** 99.9 is 0.999: without what a division leaves in the last digit. What is below 100 stays below 1. */
export function shareOfPercent(percent: number): number {
  const share = Number((percent / PERCENT).toPrecision(DIGITS));
  return percent < PERCENT ? Math.min(share, MOST_BELOW) : share;
}

const PERCENT = 100;
const DIGITS = 12;
/** No law here tells one request in a billion from one in more. */
const MOST_BELOW = 1 - 1e-9;
