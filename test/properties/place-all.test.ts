import fc from "fast-check";
import { expect, test } from "vitest";
import { classTotals } from "../../packages/core/src/placement/class-totals.ts";
import { isShortInAll } from "../../packages/core/src/placement/short-in-all.ts";
import { canPlaceAll } from "../../packages/core/src/placement/solvers/place-all.ts";
import { bestByTryingAll } from "./brute-force.ts";
import { smallProblem } from "./random-placement.ts";

const LIMIT = { nodeLimit: 200_000 };
const seeds = fc.integer({ min: 0, max: 2 ** 31 });

test("all can have their least exactly where trying everything says so", () => {
  fc.assert(
    fc.property(seeds, (seed) => {
      const problem = smallProblem(seed);
      const placed = bestByTryingAll(problem).placed.reduce((a, b) => a + b, 0);
      const expected = placed === problem.demands.length ? "feasible" : "infeasible";
      expect(canPlaceAll(problem, LIMIT)).toBe(expected);
    }),
    { numRuns: 1000 },
  );
});

test("what fits on the cards fits on one large card a class", () => {
  fc.assert(
    fc.property(seeds, (seed) => {
      const problem = smallProblem(seed);
      fc.pre(canPlaceAll(problem, LIMIT) === "feasible");
      expect(canPlaceAll(classTotals(problem), LIMIT)).toBe("feasible");
    }),
    { numRuns: 500 },
  );
});

test("what adding up proves short does not fit, and that is often enough", () => {
  let short = 0;
  let infeasible = 0;
  fc.assert(
    fc.property(seeds, (seed) => {
      const problem = smallProblem(seed);
      const placed = bestByTryingAll(problem).placed.reduce((a, b) => a + b, 0);
      const isShort = isShortInAll(problem);
      short += isShort ? 1 : 0;
      infeasible += placed < problem.demands.length ? 1 : 0;
      expect(isShort && placed === problem.demands.length).toBe(false);
    }),
    { numRuns: 1500 },
  );
  expect(short).toBeGreaterThan(infeasible / 2);
});

test("where the limit comes first the answer is unknown or right, never wrong", () => {
  fc.assert(
    fc.property(seeds, fc.integer({ min: 0, max: 5 }), (seed, nodeLimit) => {
      const problem = smallProblem(seed);
      const answer = canPlaceAll(problem, { nodeLimit });
      expect([canPlaceAll(problem, LIMIT), "unknown"]).toContain(answer);
    }),
    { numRuns: 500 },
  );
});
