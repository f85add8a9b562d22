import { describe, expect, test } from "vitest";
import { solve } from "../../packages/core/src/placement/solve.ts";
import { greedySolver } from "../../packages/core/src/placement/solvers/greedy.ts";
import { highsBound } from "../../packages/core/src/placement/solvers/highs.ts";
import { largeSolver } from "../../packages/core/src/placement/solvers/large/large-solver.ts";
import { verifySolution } from "../../packages/core/src/placement/verify-solution.ts";
import { bytes } from "../../packages/core/src/units/units.ts";
import { bestByTryingAll, compareBest } from "./brute-force.ts";
import { smallHosts } from "./random-placement.ts";
import { reached } from "./reached.ts";

const LIMIT = { nodeLimit: 200_000 };

describe("what holds for hosts, against trying everything", () => {
  test.each([0, 1, 2, 3, 4])("the same optimum at every stage, block %i of 400 seeds", (block) => {
    for (let seed = block * 400; seed < (block + 1) * 400; seed += 1) {
      const problem = smallHosts(seed);
      const solution = solve(problem, LIMIT);
      expect({ seed, status: solution.status }).toEqual({ seed, status: "optimal" });
      expect({ seed, ...reached(problem, solution) }).toEqual({
        seed,
        ...bestByTryingAll(problem),
      });
      expect(verifySolution(problem, solution)).toEqual([]);
    }
  });

  test("greedy and the search of large fleets keep to it, and reach no more", () => {
    for (let seed = 0; seed < 600; seed += 1) {
      const problem = smallHosts(seed);
      const best = reached(problem, solve(problem, LIMIT));
      for (const solver of [greedySolver, largeSolver]) {
        const solution = solve(problem, { nodeLimit: 2000 }, solver);
        expect({ seed, wrong: verifySolution(problem, solution) }).toEqual({ seed, wrong: [] });
        expect(compareBest(best, reached(problem, solution))).toBeGreaterThanOrEqual(0);
      }
    }
  });

  test("more power, or room for files, never makes it worse", () => {
    for (let seed = 0; seed < 600; seed += 1) {
      const problem = smallHosts(seed);
      const hosts = (problem.hosts ?? []).map(({ watts, disk, ...host }) => ({
        ...host,
        ...(watts === undefined ? {} : { watts: watts + 2 }),
        ...(disk === undefined ? {} : { disk: bytes(disk + 2) }),
      }));
      const [more, before] = [{ ...problem, hosts }, problem].map((one) =>
        reached(one, solve(one, LIMIT)),
      );
      expect({ seed, difference: more && before && compareBest(more, before) >= 0 }).toEqual({
        seed,
        difference: true,
      });
    }
  });

  test("HiGHS' bound is never below the best share", async () => {
    for (let seed = 0; seed < 300; seed += 1) {
      const problem = smallHosts(seed);
      const best = bestByTryingAll(problem);
      const placed = [{ priority: undefined, models: best.shares.length }];
      const bound = await highsBound(problem, placed);
      expect({ seed, isBound: bound >= (best.shares[0] ?? 0) }).toEqual({ seed, isBound: true });
    }
  });
});
