import { describe, expect, test } from "vitest";
import { solve, solveWithBound } from "../../packages/core/src/placement/solve.ts";
import { branchingAsker } from "../../packages/core/src/placement/solvers/branch/branching-asker.ts";
import { exactly } from "../../packages/core/src/placement/solvers/exact.ts";
import { greedySolver } from "../../packages/core/src/placement/solvers/greedy.ts";
import { highsBound, highsPrograms } from "../../packages/core/src/placement/solvers/highs.ts";
import { largeSolver } from "../../packages/core/src/placement/solvers/large/large-solver.ts";
import { runSteps } from "../../packages/core/src/placement/solvers/large/steps.ts";
import { canPlaceAll } from "../../packages/core/src/placement/solvers/place-all.ts";
import { spansOf, withinSpans } from "../../packages/core/src/placement/solvers/spans.ts";
import { leastEach, mostLost } from "../../packages/core/src/placement/survive.ts";
import { verifySolution } from "../../packages/core/src/placement/verify-solution.ts";
import { bestByTryingAll, compareBest } from "./brute-force.ts";
import { smallSurvivors, threeHosts } from "./random-placement.ts";
import { reached } from "./reached.ts";

const LIMIT = { nodeLimit: 200_000 };

describe("models that outlive a loss, against trying everything", () => {
  test("the same optimum at every stage", () => {
    for (let seed = 0; seed < 300; seed += 1) {
      const { asked, planned } = smallSurvivors(seed);
      const solution = solve(planned, LIMIT);
      expect({ seed, status: solution.status }).toEqual({ seed, status: "optimal" });
      expect({ seed, ...reached(asked, solution) }).toEqual({ seed, ...bestByTryingAll(asked) });
      expect({ seed, wrong: verifySolution(asked, solution) }).toEqual({ seed, wrong: [] });
    }
  });

  test("every other search keeps to it, and reaches no more", async () => {
    const open = await highsPrograms();
    for (let seed = 0; seed < 60; seed += 1) {
      const { planned } = smallSurvivors(seed);
      const best = reached(planned, solve(planned, LIMIT));
      const others = [greedySolver, largeSolver].map((solver) =>
        solve(planned, { nodeLimit: 2000 }, solver),
      );
      const branched = runSteps(
        exactly(planned)({ nodeLimit: 2000 }, { asker: branchingAsker(open) }),
      );
      for (const solution of [...others, branched]) {
        expect({ seed, wrong: verifySolution(planned, solution) }).toEqual({ seed, wrong: [] });
        expect(compareBest(best, reached(planned, solution))).toBeGreaterThanOrEqual(0);
      }
    }
  });

  test("HiGHS' bound is never below the best share", async () => {
    for (let seed = 0; seed < 60; seed += 1) {
      const { asked, planned } = smallSurvivors(seed);
      const best = bestByTryingAll(asked);
      const bound = await highsBound(withinSpans(planned, spansOf(planned)), [
        { priority: undefined, models: best.shares.length },
      ]);
      expect({ seed, isBound: bound >= (best.shares[0] ?? 0) }).toEqual({ seed, isBound: true });
    }
  });
});

describe("three replicas that outlive a host, spread in any way, against trying everything", () => {
  test("the same optimum; those that carry a rate have a place where there is one", () => {
    for (let seed = 0; seed < 300; seed += 1) {
      const { asked, planned } = threeHosts(seed);
      const solution = solve(planned, LIMIT);
      const [own, best] = [reached(asked, solution), bestByTryingAll(asked)];
      const carriesRate = asked.demands[0]?.survives?.carriesRate === true;
      expect({ seed, status: solution.status }).toEqual({ seed, status: "optimal" });
      expect({ seed, wrong: verifySolution(asked, solution) }).toEqual({ seed, wrong: [] });
      expect({ seed, ...(carriesRate ? { placed: own.placed } : own) }).toEqual({
        seed,
        ...(carriesRate ? { placed: best.placed } : best),
      });
    }
  });

  test("with few states the bounds hold all the same", async () => {
    for (let seed = 0; seed < 100; seed += 1) {
      const { asked, planned } = threeHosts(seed);
      const best = bestByTryingAll(asked);
      for (const nodeLimit of [1, 10, 100]) {
        const solution = await solveWithBound(planned, { nodeLimit }, highsBound, highsPrograms);
        const bound = solution.objective.find(({ id }) => id === "placed")?.bound ?? 0;
        const placed = best.placed.reduce((sum, count) => sum + count, 0);
        expect({ seed, nodeLimit, isBound: bound >= placed }).toEqual({
          seed,
          nodeLimit,
          isBound: true,
        });
        expect({ seed, wrong: verifySolution(asked, solution) }).toEqual({ seed, wrong: [] });
      }
    }
  });

  test("whether all have a place", () => {
    for (let seed = 0; seed < 300; seed += 1) {
      const { asked, planned } = threeHosts(seed);
      const placed = bestByTryingAll(asked).placed.reduce((sum, count) => sum + count, 0);
      const verdict = placed === asked.demands.length ? "feasible" : "infeasible";
      expect({ seed, verdict: canPlaceAll(planned, LIMIT) }).toEqual({ seed, verdict });
    }
  });

  test("a host more leaves nobody out, and gives nobody less where as many are placed", () => {
    const order = ({ placed, shares }: ReturnType<typeof reached>) => [...placed, ...shares];
    for (let seed = 0; seed < 400; seed += 1) {
      const [before, after] = [0, 1].map((more) => {
        const { asked, planned } = threeHosts(seed, more);
        return order(reached(asked, solve(planned, LIMIT)));
      });
      const first = after?.findIndex((value, i) => Math.abs(value - (before?.[i] ?? 0)) > 1e-9);
      const gain =
        first === undefined || first < 0 ? 0 : (after?.[first] ?? 0) - (before?.[first] ?? 0);
      expect({ seed, isWorse: gain < 0 }).toEqual({ seed, isWorse: false });
    }
  });
});

test.each([
  { replicas: 1, loss: "gpu", rooms: [8], lost: 1, each: Number.POSITIVE_INFINITY },
  { replicas: 2, loss: "gpu", rooms: [8], lost: 1, each: 8 },
  { replicas: 3, loss: "gpu", rooms: [8], lost: 1, each: 4 },
  // two hosts: half of four go with one
  { replicas: 4, loss: "host", rooms: [4, 4], lost: 2, each: 4 },
  // one card on the second host: three of four are on the first
  { replicas: 4, loss: "host", rooms: [4, 1], lost: 3, each: 8 },
  { replicas: 2, loss: "host", rooms: [8], lost: 2, each: Number.POSITIVE_INFINITY },
] as const)("$replicas replicas lose $lost with a $loss of $rooms", (given) => {
  const { replicas, loss, rooms, lost, each } = given;
  const model = { replicas, least: 8, survives: { loss, rooms } };
  expect({ lost: mostLost(model), each: leastEach(model) }).toEqual({ lost, each });
});
