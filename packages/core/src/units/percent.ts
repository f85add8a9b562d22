/** 99.9 is 0.999: without what a division leaves in the last digit. */
export function shareOfPercent(percent: number): number {
  return Number((percent / PERCENT).toPrecision(DIGITS));
}

const PERCENT = 100;
const DIGITS = 12;
