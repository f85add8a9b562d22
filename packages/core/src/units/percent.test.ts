import { expect, test } from "vitest";
import { shareOfPercent } from "./percent.ts";

test.each([
  // 99.9 / 100 is 0.9990000000000001 in binary
  { percent: 99.9, share: 0.999 },
  { percent: 95, share: 0.95 },
  { percent: 99.9999999999999, share: 1 - 1e-9 },
  { percent: 100, share: 1 },
])("$percent % are $share", ({ percent, share }) => {
  expect(shareOfPercent(percent)).toBe(share);
});
