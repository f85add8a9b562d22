import { describe, expect, test } from "vitest";
import { onEachHost } from "../../packages/core/src/placement/each-host.ts";
import type { PlacementProblem, Solution } from "../../packages/core/src/placement/problem.ts";
import { branchAndPrice } from "../../packages/core/src/placement/solvers/branch/branch-and-price.ts";
import { branchingAsker } from "../../packages/core/src/placement/solvers/branch/branching-asker.ts";
import { fillExactly } from "../../packages/core/src/placement/solvers/branch/fill-exactly.ts";
import { Effort } from "../../packages/core/src/placement/solvers/effort.ts";
import { exactly, exactSolver } from "../../packages/core/src/placement/solvers/exact.ts";
import { indexFleet } from "../../packages/core/src/placement/solvers/fleet-index.ts";
import { highsPrograms } from "../../packages/core/src/placement/solvers/highs.ts";
import { runSteps } from "../../packages/core/src/placement/solvers/large/steps.ts";
import { layoutIn } from "../../packages/core/src/placement/solvers/layout.ts";
import { verifySolution } from "../../packages/core/src/placement/verify-solution.ts";
import { bestByTryingAll } from "./brute-force.ts";
import { seededRandom, smallHosts, smallProblem, twelveCards } from "./random-placement.ts";
import { reached } from "./reached.ts";

const open = await highsPrograms();
const asker = branchingAsker(open);

/** By branch and price alone, but for the greedy layout that it begins with; `most` bounds the fairest share. */
function branch(problem: PlacementProblem, nodeLimit = 2_000_000, most?: number): Solution {
  return runSteps(
    exactly(problem)({ nodeLimit }, { asker, ...(most === undefined ? {} : { most }) }),
  );
}

describe("branch and price", () => {
  test.each([
    { kind: "cards alone", problem: smallProblem },
    { kind: "hosts with limits", problem: smallHosts },
  ])("reaches and proves what trying everything does, $kind", ({ problem }) => {
    for (let seed = 0; seed < 60; seed += 1) {
      const one = problem(seed);
      const solution = branch(one);
      expect({ seed, violations: verifySolution(one, solution) }).toEqual({ seed, violations: [] });
      expect({ seed, status: solution.status }).toEqual({ seed, status: "optimal" });
      expect({ seed, ...reached(one, solution) }).toEqual({ seed, ...bestByTryingAll(one) });
    }
  });

  test.each([1, 1.05])("a share that is bounded at %d of the best changes no answer", (above) => {
    for (let seed = 0; seed < 15; seed += 1) {
      const one = smallProblem(seed);
      const best = bestByTryingAll(one);
      const share = branch(one).objective.find(({ id }) => id === "share")?.value ?? 0;
      const bounded = branch(one, undefined, share * above);
      expect({ seed, status: bounded.status }).toEqual({ seed, status: "optimal" });
      expect({ seed, ...reached(one, bounded) }).toEqual({ seed, ...best });
    }
  });

  test.each([0, 1, 3])("twelve cards, seed %i: agrees with the search over cards", (seed) => {
    const problem = twelveCards(seed, 6, 2);
    const [a, b] = [branch(problem), exactSolver.solve(problem, { nodeLimit: 5_000_000 })];
    expect([a.status, b.status]).toEqual(["optimal", "optimal"]);
    expect(a.objective).toEqual(b.objective);
  });

  test.each([1, 2, 3, 4])(
    "twelve cards with power for seven, seed %i: a proof needs few states",
    (seed) => {
      const { cards, ...free } = twelveCards(seed, 4, 2);
      const problem = {
        ...free,
        cards: cards.map((card, i) => ({ ...card, watts: i < 8 ? 100 : 150 })),
        hosts: [{ host: cards[0]?.host ?? "", watts: 700 }],
      };
      const solution = branch(problem, 60_000);
      expect(verifySolution(problem, solution)).toEqual([]);
      expect(solution.status).toBe("optimal");
    },
  );

  test("wherever the limit comes, what has a layout is never said to have none", () => {
    // the search looks at several parts of these before it finds one
    for (const seed of [117, 283]) {
      const { problem } = onEachHost(smallHosts(seed));
      const fleet = indexFleet(problem);
      const { assignments } = exactSolver.solve(problem, { nodeLimit: 300_000 });
      const layout = layoutIn(fleet, assignments) ?? [];
      const models = layout.map(({ model, level }) => ({ model, cases: [{ level }] }));
      const ask = (until: number) => {
        const effort = new Effort({ nodeLimit: 1_000_000 });
        const question = { models, limits: [] };
        return { effort, ...runSteps(branchAndPrice({ fleet, effort, open }, question, until)) };
      };
      const { found, effort } = ask(1_000_000);
      expect({ seed, isFound: found !== undefined }).toEqual({ seed, isFound: true });
      for (let until = 0; until < effort.nodes; until += 3) {
        expect({ seed, until, isNone: ask(until).isNone }).toEqual({ seed, until, isNone: false });
      }
    }
  });

  test("claims nothing where the limit comes first, and is the same every time", () => {
    for (let seed = 0; seed < 20; seed += 1) {
      const problem = smallProblem(seed);
      const solution = branch(problem, 60);
      expect({ seed, violations: verifySolution(problem, solution) }).toEqual({
        seed,
        violations: [],
      });
      const best = bestByTryingAll(problem);
      const placed = best.placed.reduce((sum, count) => sum + count, 0);
      const known = solution.objective.find(({ id }) => id === "placed");
      expect({ seed, isBound: (known?.bound ?? 0) >= placed }).toEqual({ seed, isBound: true });
      if (solution.status === "optimal") {
        expect({ seed, ...reached(problem, solution) }).toEqual({ seed, ...best });
      }
      expect(branch(problem, 60)).toEqual(solution);
    }
  });
});

test("the dearest filling of a card is what trying everything says", () => {
  const random = seededRandom(7);
  const whole = (most: number) => Math.floor(random() * most);
  for (let run = 0; run < 300; run += 1) {
    const models = 1 + whole(4);
    const pairs = Array.from({ length: models }, () =>
      Array.from({ length: models }, () => random() < 0.2),
    );
    const groups = Array.from({ length: models }, (_, model) => ({
      model,
      conflicts: pairs.map((row, other) => row[model] === true || pairs[model]?.[other] === true),
      slots: Array.from({ length: whole(4) }, (_, i) => ({
        place: 10 * model + i,
        need: whole(9),
        worth: whole(20),
      })),
    }));
    const room = whole(20);
    expect({ run, worth: fillExactly(groups, room).worth }).toEqual({
      run,
      worth: bestWorth(groups, room, []),
    });
  }
});

type Groups = Parameters<typeof fillExactly>[0];

/** Every set of slots, one of a group at most, without conflicts. */
function bestWorth([group, ...rest]: Groups, room: number, taken: readonly number[]): number {
  if (group === undefined) {
    return 0;
  }
  const without = bestWorth(rest, room, taken);
  const isShut = taken.some((other) => other !== group.model && group.conflicts[other] === true);
  const fitting = isShut ? [] : group.slots.filter(({ need }) => need <= room);
  return fitting.reduce(
    (most, { need, worth }) =>
      Math.max(most, worth + bestWorth(rest, room - need, [...taken, group.model])),
    without,
  );
}
