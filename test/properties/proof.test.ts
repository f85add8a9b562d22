import { expect, test } from "vitest";
import { solveWithBound } from "../../packages/core/src/placement/solve.ts";
import { highsBound, highsPrograms } from "../../packages/core/src/placement/solvers/highs.ts";
import { verifySolution } from "../../packages/core/src/placement/verify-solution.ts";
import { fleetInstance } from "../bench/placement/instances.ts";

test("ten models that want more than twelve cards have are proven at every stage, within so many states", async () => {
  const { build } = fleetInstance({ cards: 12, models: 10, seed: 11, load: 0.8 });
  const problem = build();
  const told: number[] = [];
  const solution = await solveWithBound(
    problem,
    { nodeLimit: 800_000, onProgress: ({ share }) => told.push(share) },
    highsBound,
    highsPrograms,
  );
  expect(verifySolution(problem, solution)).toEqual([]);
  expect(solution.status).toBe("optimal");
  expect(solution.objective.filter(({ value, bound }) => value !== bound)).toEqual([]);
  const [placed, share] = solution.objective;
  expect(placed).toMatchObject({ id: "placed", value: 10 });
  expect(share).toMatchObject({ id: "share", value: 6 / 7 });
  // what is told on the way never falls, and ends with the share of the plan
  expect(told).toEqual(told.toSorted((a, b) => a - b));
  expect(told.at(-1)).toBe(6 / 7);
});

test("where cards are too many for a search over them and replicas few, branch and price goes on to the bound", async () => {
  const problem = fleetInstance({ cards: 72, models: 12, seed: 2 }).build();
  const solution = await solveWithBound(problem, { nodeLimit: 500_000 }, highsBound, highsPrograms);
  expect(verifySolution(problem, solution)).toEqual([]);
  const share = solution.objective.find(({ id }) => id === "share");
  expect(share?.value).toBe(share?.bound);
});
