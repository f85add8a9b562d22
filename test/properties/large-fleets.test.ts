import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { onEachHost } from "../../packages/core/src/placement/each-host.ts";
import type { PlacementProblem, Solution } from "../../packages/core/src/placement/problem.ts";
import { rejoin } from "../../packages/core/src/placement/rejoin.ts";
import { solve } from "../../packages/core/src/placement/solve.ts";
import { largeSolver } from "../../packages/core/src/placement/solvers/large/large-solver.ts";
import { ROUNDINGS } from "../../packages/core/src/placement/solvers/large/rounding.ts";
import { verifySolution } from "../../packages/core/src/placement/verify-solution.ts";
import { bestByTryingAll } from "./brute-force.ts";
import { seededRandom, smallProblem, twelveCards } from "./random-placement.ts";

const LIMIT = { nodeLimit: 20_000 };
const seeds = fc.integer({ min: 0, max: 2 ** 31 });

function stage(solution: Solution, id: "placed" | "share") {
  const found = solution.objective.find((one) => one.id === id);
  return found ?? { value: 0, bound: 0 };
}

/** The twelve-card problem on several equal hosts, with as many replicas more. */
function onHosts(seed: number, hosts: number): PlacementProblem {
  const { cards, demands } = twelveCards(seed, 8, 2);
  return {
    cards: Array.from({ length: hosts }, (_, h) =>
      cards.map((card) => ({ ...card, id: `box${h}${card.id}`, host: `box${h}` })),
    ).flat(),
    demands: demands.map((demand) => ({
      ...demand,
      replicas: demand.replicas * hosts,
      least: hosts * demand.replicas,
      wanted: demand.wanted * hosts,
    })),
  };
}

describe("against trying everything", () => {
  test("sound, no better than the best, and its bounds are no lower", () => {
    for (let seed = 0; seed < 800; seed += 1) {
      const problem = smallProblem(seed);
      const solution = solve(problem, LIMIT, largeSolver);
      const best = bestByTryingAll(problem);
      expect({ seed, violations: verifySolution(problem, solution) }).toEqual({
        seed,
        violations: [],
      });
      const placed = best.placed.reduce((sum, count) => sum + count, 0);
      expect({ seed, isBound: stage(solution, "placed").bound >= placed }).toEqual({
        seed,
        isBound: true,
      });
      const isAll = placed === problem.demands.length;
      const isSame = isAll && solution.unplaced.length === 0;
      expect({
        seed,
        isBound: !isSame || stage(solution, "share").bound >= (best.shares[0] ?? 0),
      }).toEqual({ seed, isBound: true });
      expect(solution.status).toBe("feasible");
    }
  });
});

describe("several equal hosts", () => {
  test.each([0, 1, 2, 3])("seed %i: sound, within its bounds, the same every time", (seed) => {
    const problem = onHosts(seed, 8);
    const solution = solve(problem, LIMIT);
    expect(verifySolution(problem, solution)).toEqual([]);
    for (const { id, value, bound } of solution.objective) {
      const isFewerBetter = ["precision", "cards", "links", "mixing"].includes(id);
      const isAtMost = isFewerBetter ? bound <= value : value <= bound;
      expect({ id, isAtMost }).toEqual({ id, isAtMost: true });
    }
    expect(solve(problem, LIMIT)).toEqual(solution);
  });

  test("the order of hosts and a split of their class change no bound", () => {
    const problem = onHosts(4, 4);
    const split = onEachHost(problem).problem;
    const bounds = [problem, split].map(
      (one) => stage(solve(one, LIMIT, largeSolver), "share").bound,
    );
    expect(bounds[1]).toBeCloseTo(bounds[0] ?? 0, 1);
  });

  test("a stopped search answers all the same, and says what it knows", () => {
    const problem = onHosts(1, 6);
    const stopped = solve(problem, { nodeLimit: 1e9, signal: { aborted: true } });
    expect(verifySolution(problem, stopped)).toEqual([]);
    expect(stopped.assignments.length).toBeGreaterThan(0);
    expect(stage(stopped, "share").bound).toBeGreaterThanOrEqual(stage(stopped, "share").value);
  });

  test("stops when the signal comes in between", () => {
    const problem = onHosts(1, 6);
    const signal = { aborted: false };
    const stopped = solve(problem, {
      nodeLimit: 1e9,
      signal,
      onProgress: () => {
        signal.aborted = true;
      },
    });
    expect(verifySolution(problem, stopped)).toEqual([]);
    expect(stopped.nodes).toBeLessThan(1e9);
  });

  test("more effort never makes it worse, and progress only rises", () => {
    const problem = onHosts(2, 6);
    const shares: number[] = [];
    const few = solve(problem, { nodeLimit: 0 });
    const many = solve(problem, {
      ...LIMIT,
      onProgress: ({ share, bound }) => {
        expect(share).toBeLessThanOrEqual(bound);
        shares.push(share);
      },
    });
    expect(shares.length).toBeGreaterThan(0);
    expect(shares).toEqual([...shares].sort((a, b) => a - b));
    expect(stage(many, "placed").value).toBeGreaterThanOrEqual(stage(few, "placed").value);
    expect(stage(many, "share").value).toBeGreaterThanOrEqual(shares.at(-1) ?? 1);
  });
});

describe("dual feasible functions", () => {
  test.each(ROUNDINGS.map((rounding, i) => ({ i, rounding })))(
    "number $i: what fits on a card adds up to at most 1",
    ({ rounding }) => {
      fc.assert(
        fc.property(seeds, (seed) => {
          const random = seededRandom(seed);
          const capacity = 1 + Math.floor(random() * 120);
          let left = capacity;
          let sum = 0;
          while (left > 0) {
            const need = 1 + Math.floor(random() * left);
            sum += rounding(need, capacity);
            left -= need;
          }
          expect(sum).toBeLessThanOrEqual(1 + 1e-12);
        }),
        { numRuns: 400, seed: 7 },
      );
    },
  );

  test.each(ROUNDINGS.map((rounding, i) => ({ i, rounding })))(
    "number $i: more is never less",
    ({ rounding }) => {
      for (const capacity of [7, 20, 100, 101]) {
        const values = Array.from({ length: capacity }, (_, i) => rounding(i + 1, capacity));
        expect(values).toEqual([...values].sort((a, b) => a - b));
      }
    },
  );
});

test("a model that is taken out of a plan finds a place beside the others, who lose nothing", () => {
  for (let seed = 0; seed < 100; seed += 1) {
    const whole = smallProblem(seed);
    const { assignments, unplaced } = solve(whole, LIMIT, largeSolver);
    const demands = whole.demands.filter(({ model }) => !unplaced.includes(model));
    const out = demands.at(-1)?.model;
    const kept = assignments.filter(({ model }) => model !== out);
    const problem = { ...whole, demands };
    const found = rejoin({ problem, kept, nodeLimit: 5000 }).assignments ?? [];
    const solution = { ...EMPTY, assignments: found };
    expect({ seed, violations: verifySolution(problem, solution) }).toEqual({
      seed,
      violations: [],
    });
    const served = (all: typeof assignments) =>
      all.map(({ model, sequences }) => [model, sequences]);
    expect(served(found)).toEqual(expect.arrayContaining(served(kept)));
  }
});

const EMPTY: Solution = {
  assignments: [],
  unplaced: [],
  status: "feasible",
  objective: [],
  nodes: 0,
};
