import { describe, expect, test } from "vitest";
import type { Solution } from "../../packages/core/src/placement/problem.ts";
import { solve, solveWithBound } from "../../packages/core/src/placement/solve.ts";
import { verifySolution } from "../../packages/core/src/placement/verify-solution.ts";
import { bestByTryingAll } from "./brute-force.ts";
import { smallProblem, twelveCards } from "./random-placement.ts";

/** Too few states for the exact search to come to an end. */
const FEW = { nodeLimit: 40 };
const noBound = async () => 1;
const SEEDS = [0, 1, 2, 3, 4, 5, 6, 7];

function stage(solution: Solution, id: "placed" | "share") {
  return solution.objective.find((one) => one.id === id) ?? { value: 0, bound: 0 };
}

/** A fleet after the exact search alone, and after both. */
async function looks(seed: number) {
  const problem = twelveCards(seed, 8, 2);
  const limit = { nodeLimit: 400 };
  const exact = solve(problem, limit);
  return { problem, exact, both: await solveWithBound(problem, limit, noBound) };
}

describe("a second look at what an exact search left open", () => {
  test.each(SEEDS)("seed %i: is never worse, holds, and is the same every time", async (seed) => {
    const { problem, exact, both } = await looks(seed);
    expect(verifySolution(problem, both)).toEqual([]);
    const isMore = stage(both, "placed").value > stage(exact, "placed").value;
    expect(isMore || stage(both, "placed").value === stage(exact, "placed").value).toBe(true);
    expect(isMore || stage(both, "share").value >= stage(exact, "share").value).toBe(true);
    expect(isMore || stage(both, "share").bound <= stage(exact, "share").bound).toBe(true);
    expect(await looks(seed)).toEqual({ problem, exact, both });
  });

  test("bounds some fleets closer", async () => {
    const all = await Promise.all(SEEDS.map(looks));
    const closer = all.filter(
      ({ exact, both }) => stage(both, "share").bound < stage(exact, "share").bound,
    );
    expect(closer.length).toBeGreaterThan(0);
  });

  test("bounds nothing below the best of all layouts", async () => {
    for (let seed = 0; seed < 300; seed += 1) {
      const problem = smallProblem(seed);
      const solution = await solveWithBound(problem, FEW, noBound);
      expect({ seed, violations: verifySolution(problem, solution) }).toEqual({
        seed,
        violations: [],
      });
      const best = bestByTryingAll(problem);
      const placed = best.placed.reduce((sum, count) => sum + count, 0);
      const isSame = placed === problem.demands.length && solution.unplaced.length === 0;
      expect({
        seed,
        placed: stage(solution, "placed").bound >= placed,
        share: !isSame || stage(solution, "share").bound >= (best.shares[0] ?? 0),
      }).toEqual({ seed, placed: true, share: true });
    }
  });

  test("a stopped search has none", async () => {
    const problem = twelveCards(1, 8, 2);
    const stopped = { nodeLimit: 4000, signal: { aborted: true } };
    expect(await solveWithBound(problem, stopped, noBound)).toEqual(solve(problem, stopped));
  });
});
