import { bench, describe } from "vitest";
import { solve } from "../packages/core/src/placement/solve.ts";
import { greedySolver } from "../packages/core/src/placement/solvers/greedy.ts";
import { highsBound } from "../packages/core/src/placement/solvers/highs.ts";
import { twelveCards } from "./properties/random-placement.ts";

const LIMIT = { nodeLimit: 4_000_000 };
const FEW = { iterations: 3, warmupIterations: 1, time: 0, warmupTime: 0 };

/** Twelve cards, eight and four of a class; seeds of equal load together, one solve of each an iteration. */
describe.each([
  { models: 6, load: 1 },
  { models: 6, load: 4 },
  { models: 10, load: 1 },
  { models: 10, load: 4 },
])("12 cards × $models models, load $load", ({ models, load }) => {
  const problems = Array.from({ length: 6 }, (_, seed) => twelveCards(seed, models, load));

  bench(
    "greedy",
    () => problems.forEach((problem) => void solve(problem, LIMIT, greedySolver)),
    FEW,
  );
  bench("exact", () => problems.forEach((problem) => void solve(problem, LIMIT)), FEW);
  bench(
    "HiGHS bound",
    async () => {
      for (const problem of problems) {
        await highsBound(problem);
      }
    },
    FEW,
  );
});
