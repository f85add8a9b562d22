import { expect, test } from "vitest";
import { exactly } from "../../packages/core/src/placement/solvers/exact.ts";
import { runSteps } from "../../packages/core/src/placement/solvers/large/steps.ts";
import { verifySolution } from "../../packages/core/src/placement/verify-solution.ts";
import { Work } from "../../packages/core/src/placement/work.ts";
import { bestByTryingAll, compareBest } from "./brute-force.ts";
import { smallHosts } from "./random-placement.ts";
import { reached } from "./reached.ts";

test.each([1, 10, 30, 100])(
  "with %i units to list ways, plans hold and nothing is proven that is not so",
  (units) => {
    let short = 0;
    for (let seed = 0; seed < 250; seed += 1) {
      const problem = smallHosts(seed);
      const work = new Work(units);
      const solution = runSteps(exactly(problem, work)({ nodeLimit: 50_000 }));
      const difference = compareBest(bestByTryingAll(problem), reached(problem, solution));
      expect({ seed, wrong: verifySolution(problem, solution) }).toEqual({ seed, wrong: [] });
      expect({ seed, isAtMost: difference >= 0 }).toEqual({ seed, isAtMost: true });
      if (solution.status === "optimal") {
        expect({ seed, difference }).toEqual({ seed, difference: 0 });
      }
      short += work.isOver ? 1 : 0;
    }
    expect(short).toBeGreaterThan(0);
  },
);
