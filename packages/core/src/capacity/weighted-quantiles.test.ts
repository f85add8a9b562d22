import { expect, test } from "vitest";
import { quantileOf } from "./quantiles.ts";
import { weightedQuantiles } from "./weighted-quantiles.ts";

const sorted = (...values: readonly number[]): Float64Array => Float64Array.from(values);

test.each([0, 0.3, 0.5, 0.95, 1])(
  "of values that weigh the same it is their quantile at %s",
  (share) => {
    const one = weightedQuantiles([{ sorted: sorted(1, 2, 4, 8), weight: 3 }]);
    expect(one(share)).toBeCloseTo(quantileOf([1, 2, 4, 8], share), 12);
    const two = weightedQuantiles([
      { sorted: sorted(1, 8), weight: 3 },
      { sorted: sorted(2, 4), weight: 3 },
    ]);
    expect(two(share)).toBeCloseTo(quantileOf([1, 2, 4, 8], share), 12);
  },
);

// 1 and 2 count three times each, 10 and 20 once: 0, 3, 6 and 7 lie before them, and half of 7 is 3.5
test.each([
  { share: 0.5, expected: 2 + (0.5 / 3) * 8 },
  { share: 3 / 7, expected: 2 },
  { share: 1, expected: 20 },
])("values count as often as they weigh: $expected at $share", ({ share, expected }) => {
  const at = weightedQuantiles([
    { sorted: sorted(10, 20), weight: 1 },
    { sorted: sorted(1, 2), weight: 3 },
  ]);
  expect(at(share)).toBeCloseTo(expected, 12);
});

test("of no values there is none", () => {
  expect(weightedQuantiles([])(0.5)).toBeNaN();
  expect(weightedQuantiles([{ sorted: sorted(), weight: 1 }])(0.5)).toBeNaN();
});
