import { describe, expect, test } from "vitest";
import type { PlacementProblem, Solution } from "../../packages/core/src/placement/problem.ts";
import { solveWithBound } from "../../packages/core/src/placement/solve.ts";
import { isSmall } from "../../packages/core/src/placement/solvers/any-size.ts";
import { highsPrograms } from "../../packages/core/src/placement/solvers/highs.ts";
import { solveLarge } from "../../packages/core/src/placement/solvers/large/large-solver.ts";
import { runSteps } from "../../packages/core/src/placement/solvers/large/steps.ts";
import { verifySolution } from "../../packages/core/src/placement/verify-solution.ts";
import { twelveCards } from "./random-placement.ts";

const LIMIT = { nodeLimit: 60_000 };
const programs = await highsPrograms();
const noBound = async () => 1;

/** Few cards, but more replicas of one model than a search over cards takes. */
function manyReplicas(seed: number): PlacementProblem {
  const problem = twelveCards(seed, 5, 2);
  const [first, ...others] = problem.demands;
  return first === undefined
    ? problem
    : { ...problem, demands: [{ ...first, replicas: 5, least: 5, wanted: 60 }, ...others] };
}

function stage({ objective }: Solution, id: "placed" | "share") {
  return objective.find((one) => one.id === id) ?? { value: 0, bound: 0 };
}

describe("branch and price after packing, where replicas are many", () => {
  test.each([0, 1, 2, 3])(
    "seed %i: is never worse, holds, and is the same every time",
    async (seed) => {
      const problem = manyReplicas(seed);
      const solve = () => solveWithBound(problem, LIMIT, noBound, async () => programs);
      const both = await solve();
      const packed = runSteps(solveLarge(problem, { nodeLimit: 15_000 }, programs));
      expect(isSmall(problem)).toBe(false);
      expect(verifySolution(problem, both)).toEqual([]);
      expect(stage(both, "placed").value).toBeGreaterThanOrEqual(stage(packed, "placed").value);
      if (stage(both, "placed").value === stage(packed, "placed").value) {
        expect(stage(both, "share").value).toBeGreaterThanOrEqual(stage(packed, "share").value);
        expect(stage(both, "share").bound).toBeLessThanOrEqual(stage(packed, "share").bound);
      }
      expect(await solve()).toEqual(both);
    },
  );
});
