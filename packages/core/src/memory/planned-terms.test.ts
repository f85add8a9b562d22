import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { seededRandom } from "../../../../test/properties/random-placement.ts";
import { bytes } from "../units/units.ts";
import type { MemoryTerm } from "./breakdown.ts";
import { chanceWithin, plannedSums, plannedTerms, termParts } from "./planned-terms.ts";

function term(
  value: number,
  low: number,
  high: number,
  taken: MemoryTerm["taken"] = "before-kv",
): MemoryTerm {
  return {
    id: "context",
    bytes: bytes(value),
    low: bytes(low),
    high: bytes(high),
    basis: "measured",
    law: "mib",
    values: {},
    sources: ["s"],
    taken,
  };
}

const spread = fc.record({
  value: fc.integer({ min: 0, max: 10 ** 12 }),
  below: fc.integer({ min: 0, max: 10 ** 9 }),
  above: fc.integer({ min: 0, max: 10 ** 9 }),
  taken: fc.constantFrom("before-kv" as const, "after-kv" as const),
});
const someTerms = fc
  .array(spread, { minLength: 1, maxLength: 8 })
  .map((all) =>
    all.map(({ value, below, above, taken }) =>
      term(value, Math.max(0, value - below), value + above, taken),
    ),
  );
const risks = fc.double({ min: 1e-9, max: 0.5, noNaN: true });

describe("what a plan counts", () => {
  test("is the value for a term without spread", () => {
    expect(plannedTerms([term(7, 7, 7)], 0.01)[0]?.planned).toBe(7);
  });

  // one term before the KV cache: both sums are the same, √(1 - 0.049375) = 0.975 each
  test("is the upper bound where the risk is that of the upper bound", () => {
    expect(plannedTerms([term(1000, 900, 3000)], 1 - 0.975 ** 2)[0]?.planned).toBe(3000);
  });

  // spreads 3 and 4 of 1.96: together 5, and parts 9/5 and 16/5
  test("adds independent terms up as the root of their squares", () => {
    const terms = [term(0, 0, 3e6), term(0, 0, 4e6)];
    const planned = plannedTerms(terms, 1 - 0.975 ** 2);
    expect(planned.map((one) => Math.round(one.planned / 1000))).toEqual([1800, 3200]);
  });

  test("is never below a value, and enough with the chance asked for", () => {
    fc.assert(
      fc.property(someTerms, risks, (terms, risk) => {
        const planned = plannedTerms(terms, risk);
        for (const one of planned) {
          expect(one.planned).toBeGreaterThanOrEqual(one.bytes);
        }
        expect(chanceWithin(planned)).toBeGreaterThanOrEqual(1 - risk - 1e-9);
      }),
    );
  });

  test("a smaller risk never takes less", () => {
    fc.assert(
      fc.property(someTerms, risks, risks, (terms, a, b) => {
        const [small, large] = [
          plannedSums(termParts(terms), Math.min(a, b)),
          plannedSums(termParts(terms), Math.max(a, b)),
        ];
        for (const sum of ["before", "all"] as const) {
          expect(small[sum]).toBeGreaterThanOrEqual(large[sum] - terms.length);
        }
      }),
    );
  });

  test("adds up to what each term is counted as", () => {
    fc.assert(
      fc.property(someTerms, risks, (terms, risk) => {
        const planned = plannedTerms(terms, risk);
        const sumOf = (own: typeof planned) => own.reduce((sum, one) => sum + one.planned, 0);
        expect(plannedSums(termParts(terms), risk)).toEqual({
          before: sumOf(planned.filter(({ taken }) => taken === "before-kv")),
          all: sumOf(planned),
        });
      }),
    );
  });
});

/** A draw from a term: half of all above its value, half below, each side with its own spread. */
function draw(random: () => number, { bytes: value, low, high }: MemoryTerm): number {
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return value + (normal * (normal > 0 ? high - value : value - low)) / 1.959964;
}

function drawSums(random: () => number, terms: readonly MemoryTerm[]) {
  const sums = { before: 0, all: 0 };
  for (const one of terms) {
    const value = draw(random, one);
    sums.all += value;
    sums.before += one.taken === "before-kv" ? value : 0;
  }
  return sums;
}

// MiB of a TensorRT-LLM rank: activations, context, runtime, NCCL, graphs, and what comes after the KV cache
const RANK = [
  term(1368, 958, 1915),
  term(480, 269, 700),
  term(900, 400, 1683),
  term(384, 300, 500),
  term(66, 26, 127),
  term(100, 64, 344, "after-kv"),
];
/** Nothing is ever below its value: the most one-sided that a term can be. */
const ONE_SIDED = RANK.map((one) => ({ ...one, low: one.bytes }));

describe("draws", () => {
  test.each([
    { name: "as they are", terms: RANK, risk: 0.05 },
    { name: "as they are", terms: RANK, risk: 0.005 },
    { name: "one-sided", terms: ONE_SIDED, risk: 0.005 },
    { name: "one-sided", terms: ONE_SIDED, risk: 0.001 },
  ])("$name stay within the plan but for $risk of them", ({ terms, risk }) => {
    const random = seededRandom(1);
    const most = plannedSums(termParts(terms), risk);
    const draws = Array.from({ length: 400_000 }, () => drawSums(random, terms));
    const misses = draws.filter(({ before, all }) => before > most.before || all > most.all);
    expect(misses.length / draws.length).toBeLessThan(risk);
  });
});
