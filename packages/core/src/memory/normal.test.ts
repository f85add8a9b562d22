import fc from "fast-check";
import { expect, test } from "vitest";
import { normalAbove, normalTail } from "./normal.ts";

// tables of the normal distribution
test.each([
  { z: 0, above: 0.5 },
  { z: 1, above: 0.158655253931457 },
  { z: 1.959963984540054, above: 0.025 },
  { z: 2.999999, above: 0.00134990246397 },
  { z: 3, above: 0.00134989803163 },
  { z: 5, above: 2.866515718791939e-7 },
  { z: 8, above: 6.220960574271785e-16 },
  { z: -1, above: 0.841344746068543 },
])("$above of all lies above $z standard deviations", ({ z, above }) => {
  expect(Math.abs(normalAbove(z) / above - 1)).toBeLessThan(1e-9);
});

test("the inverse is the inverse", () => {
  fc.assert(
    fc.property(fc.double({ min: -6, max: 20, noNaN: true }), (z) => {
      expect(normalTail(normalAbove(z))).toBeCloseTo(z, 6);
    }),
  );
});
