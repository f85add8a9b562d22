import { describe, expect, test } from "vitest";
import type { PlacementProblem } from "../../packages/core/src/placement/problem.ts";
import { solveWithBound } from "../../packages/core/src/placement/solve.ts";
import { Effort } from "../../packages/core/src/placement/solvers/effort.ts";
import { indexFleet } from "../../packages/core/src/placement/solvers/fleet-index.ts";
import { highsBound, highsPrograms } from "../../packages/core/src/placement/solvers/highs.ts";
import { runSteps } from "../../packages/core/src/placement/solvers/large/steps.ts";
import { levelAtShare } from "../../packages/core/src/placement/solvers/levels.ts";
import { diveWays } from "../../packages/core/src/placement/solvers/patterns/dive-ways.ts";
import { verifySolution } from "../../packages/core/src/placement/verify-solution.ts";
import { fleetInstance } from "../bench/placement/instances.ts";
import { bestByTryingAll } from "./brute-force.ts";
import { smallHosts, smallProblem } from "./random-placement.ts";

const open = await highsPrograms();

/** What a dive takes for all models at the best share that they can all have; undefined where not all have a place. */
function divedAtBest(problem: PlacementProblem, nodeLimit: number) {
  const { placed, shares } = bestByTryingAll(problem);
  const isAll = placed.reduce((sum, count) => sum + count, 0) === problem.demands.length;
  const share = shares[0];
  if (!isAll || share === undefined) {
    return undefined;
  }
  const asked = problem.demands.map((demand, model) => {
    const served = Math.round(share * demand.wanted);
    const level = levelAtShare(demand, { served, wanted: Math.max(1, demand.wanted) });
    return { model, level };
  });
  const fleet = indexFleet(problem);
  const at = { fleet, open, effort: new Effort({ nodeLimit }) };
  return { asked, taken: runSteps(diveWays(at, asked, ({ cells }) => cells)) };
}

describe("a dive for options", () => {
  test.each([
    { kind: "cards alone", problem: smallProblem },
    { kind: "hosts with limits", problem: smallHosts },
  ])("gives each replica one that it can have, where all have a place, $kind", ({ problem }) => {
    let dived = 0;
    for (let seed = 0; seed < 300; seed += 1) {
      const one = problem(seed);
      const found = divedAtBest(one, 1e9);
      dived += found === undefined ? 0 : 1;
      for (const { model, level } of found?.asked ?? []) {
        const { replicas = 0, options = [] } = one.demands[model] ?? {};
        const taken = found?.taken?.get(model) ?? [];
        expect({ seed, model, replicas: taken.length }).toEqual({ seed, model, replicas });
        const mosts = taken.map((option) => options[option]?.mostSequences ?? 0);
        expect(Math.min(...mosts)).toBeGreaterThanOrEqual(level);
      }
    }
    expect(dived).toBeGreaterThan(30);
  });

  test("leads nowhere where the effort is over", () => {
    const seed = Array.from({ length: 100 }, (_, i) => i).find(
      (one) => divedAtBest(smallProblem(one), 1e9)?.taken !== undefined,
    );
    const found = divedAtBest(smallProblem(seed ?? -1), 0);
    expect(found?.asked.length).toBeGreaterThan(0);
    expect(found?.taken).toBeUndefined();
  });
});

test("brings 136 cards within 4 % of their bound in few states, the same way every time", async () => {
  const problem = fleetInstance({ cards: 136, models: 20, seed: 3 }).build();
  const plan = () => solveWithBound(problem, { nodeLimit: 30_000 }, highsBound, highsPrograms);
  const solution = await plan();
  const { value = 0, bound = 1 } = solution.objective.find(({ id }) => id === "share") ?? {};
  expect(verifySolution(problem, solution)).toEqual([]);
  expect(value / bound).toBeGreaterThan(0.96);
  expect(await plan()).toEqual(solution);
});
