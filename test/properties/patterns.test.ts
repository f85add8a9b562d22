import { describe, expect, test } from "vitest";
import type { PlacementProblem, Solution } from "../../packages/core/src/placement/problem.ts";
import { solve } from "../../packages/core/src/placement/solve.ts";
import { Effort } from "../../packages/core/src/placement/solvers/effort.ts";
import { indexFleet } from "../../packages/core/src/placement/solvers/fleet-index.ts";
import { highsPrograms } from "../../packages/core/src/placement/solvers/highs.ts";
import {
  largeSolver,
  solveLarge,
} from "../../packages/core/src/placement/solvers/large/large-solver.ts";
import { isRefuted } from "../../packages/core/src/placement/solvers/large/prices.ts";
import { loadsAt } from "../../packages/core/src/placement/solvers/large/share-bound.ts";
import { runSteps } from "../../packages/core/src/placement/solvers/large/steps.ts";
import {
  NOTHING,
  type Ratio,
  sharesAbove,
} from "../../packages/core/src/placement/solvers/levels.ts";
import type { OpenProgram } from "../../packages/core/src/placement/solvers/linear-program.ts";
import { findPatternPrices } from "../../packages/core/src/placement/solvers/patterns/find-patterns.ts";
import {
  type Fineness,
  patternLoads,
} from "../../packages/core/src/placement/solvers/patterns/pattern-loads.ts";
import { verifySolution } from "../../packages/core/src/placement/verify-solution.ts";
import { bestByTryingAll } from "./brute-force.ts";
import { smallHosts, smallProblem, twelveCards } from "./random-placement.ts";

const FINENESSES: readonly Fineness[] = [
  { cells: 2520, isByModel: true },
  { cells: 360, isByModel: false },
  { cells: 6, isByModel: true },
];
const LIMIT = { nodeLimit: 2000 };

function stage(solution: Solution, id: "placed" | "share") {
  return solution.objective.find((one) => one.id === id) ?? { value: 0, bound: 0 };
}

/** Whether patterns prove that the problem's models can't all have the share. */
function isRefutedAt(
  problem: PlacementProblem,
  share: Ratio,
  at: { readonly open: OpenProgram; readonly fineness: Fineness; readonly models: number },
): boolean {
  const fleet = indexFleet(problem);
  const loads = patternLoads(fleet, loadsAt(fleet, share), at.fineness);
  const start = Float64Array.from(loads.rows, ({ cells }) => cells);
  const placed = [{ priority: undefined, models: at.models }];
  const effort = new Effort(LIMIT);
  return isRefuted(runSteps(findPatternPrices(at.open, loads, { placed, start, effort })));
}

/** The largest share that all models can have, and the next one; nobody's where not all can be placed. */
function sharesAround(problem: PlacementProblem): {
  readonly models: number;
  readonly best: Ratio;
  readonly next: Ratio | undefined;
} {
  const { placed, shares: own } = bestByTryingAll(problem);
  const models = placed.reduce((sum, count) => sum + count, 0);
  if (models < problem.demands.length) {
    return { models, best: NOTHING, next: undefined };
  }
  const shares = [NOTHING, ...sharesAbove(problem.demands, NOTHING)];
  const last = shares.findLastIndex(({ served, wanted }) => served / wanted <= (own[0] ?? 0));
  return { models, best: shares[last] ?? NOTHING, next: shares[last + 1] };
}

describe("against trying everything", () => {
  test.each(
    FINENESSES.flatMap((fineness) => [
      { name: "on one host", problemOf: smallProblem, fineness },
      { name: "on several hosts", problemOf: smallHosts, fineness },
    ]),
  )("$name, in $fineness.cells cells, nothing is refuted that there is", async (at) => {
    const open = await highsPrograms();
    let refuted = 0;
    for (let seed = 0; seed < 250; seed += 1) {
      const problem = at.problemOf(seed);
      const { models, best, next } = sharesAround(problem);
      const how = { open, fineness: at.fineness, models };
      expect({ seed, isWrong: isRefutedAt(problem, best, how) }).toEqual({ seed, isWrong: false });
      refuted += next !== undefined && isRefutedAt(problem, next, how) ? 1 : 0;
    }
    expect(refuted).toBeGreaterThan(0);
  });
});

describe("a large search with linear programs", () => {
  test.each([0, 1, 2, 3, 4, 5])("seed %i: holds, is no looser, and is the same", async (seed) => {
    const open = await highsPrograms();
    const problem = twelveCards(seed, 10, 4);
    const without = solve(problem, LIMIT, largeSolver);
    const solution = runSteps(solveLarge(problem, LIMIT, open));
    expect(verifySolution(problem, solution)).toEqual([]);
    expect(stage(solution, "share").value).toBeLessThanOrEqual(stage(solution, "share").bound);
    expect(stage(solution, "share").bound).toBeLessThanOrEqual(
      Math.max(stage(without, "share").bound, stage(solution, "share").value),
    );
    expect(runSteps(solveLarge(problem, LIMIT, open))).toEqual(solution);
  });

  test("bounds some fleets closer", async () => {
    const open = await highsPrograms();
    const closer = [0, 1, 2, 3, 4, 5].filter((seed) => {
      const problem = twelveCards(seed, 10, 4);
      const [loose, tight] = [undefined, open].map((one) =>
        stage(runSteps(solveLarge(problem, LIMIT, one)), "share"),
      );
      return (tight?.bound ?? 1) < (loose?.bound ?? 0);
    });
    expect(closer.length).toBeGreaterThan(0);
  });

  test("stops when it is told to", async () => {
    const open = await highsPrograms();
    const problem = twelveCards(1, 10, 4);
    const stopped = { nodeLimit: 1e9, signal: { aborted: true } };
    const solution = runSteps(solveLarge(problem, stopped, open));
    expect(verifySolution(problem, solution)).toEqual([]);
  });
});
