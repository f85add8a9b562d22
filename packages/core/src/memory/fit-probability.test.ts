import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bytes } from "../units/units.ts";
import { fitProbability } from "./fit-probability.ts";

const spread = (value: number, below: number, above: number) => ({
  bytes: bytes(value),
  low: bytes(value - below),
  high: bytes(value + above),
});

describe("the chance that a sum of terms fits", () => {
  test("without spread it is certain, either way", () => {
    const terms = [spread(100, 0, 0)];
    expect(fitProbability(terms, { needBytes: 10, haveBytes: 110 })).toBe(1);
    expect(fitProbability(terms, { needBytes: 11, haveBytes: 110 })).toBe(0);
  });

  test("one term's upper bound holds 97.5 % of its cases, its value half of them", () => {
    const terms = [spread(1000, 200, 200)];
    expect(fitProbability(terms, { needBytes: 0, haveBytes: 1200 })).toBeCloseTo(0.975, 4);
    expect(fitProbability(terms, { needBytes: 0, haveBytes: 1000 })).toBeCloseTo(0.5, 4);
    expect(fitProbability(terms, { needBytes: 0, haveBytes: 800 })).toBeCloseTo(0.025, 4);
  });

  test("a term that leans upwards fits its value less than half of the time", () => {
    expect(fitProbability([spread(1000, 0, 400)], { needBytes: 0, haveBytes: 1000 })).toBeLessThan(
      0.3,
    );
  });

  test("more room never makes it less likely", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(1e9), fc.nat(1e8), fc.nat(1e8)), { maxLength: 8 }),
        fc.nat(1e10),
        fc.nat(1e9),
        (rows, haveBytes, more) => {
          const terms = rows.map(([value, below, above]) => spread(value, below, above));
          const chance = fitProbability(terms, { needBytes: 1, haveBytes });
          expect(chance).toBeGreaterThanOrEqual(0);
          expect(chance).toBeLessThanOrEqual(1);
          expect(
            fitProbability(terms, { needBytes: 1, haveBytes: haveBytes + more }),
          ).toBeGreaterThanOrEqual(chance);
        },
      ),
    );
  });
});
