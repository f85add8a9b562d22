import { describe, expect, test } from "vitest";
import { bytes } from "../units/units.ts";
import type { Demand, Option, PlacementProblem } from "./problem.ts";
import { solve, solveWithBound } from "./solve.ts";
import { greedySolver } from "./solvers/greedy.ts";
import { verifySolution } from "./verify-solution.ts";

const LIMIT = { nodeLimit: 100_000 };

function cards(count: number, capacity: number, cardClass = "a"): PlacementProblem["cards"] {
  return Array.from({ length: count }, (_, i) => ({
    id: `${cardClass}${i}`,
    host: "box",
    cardClass,
    capacity: bytes(capacity),
  }));
}

function option(
  at: { readonly fixed: number; readonly perSequence: number; readonly ranks?: number },
  more: Partial<Option> = {},
): Option {
  const { fixed, perSequence, ranks = 1 } = at;
  return {
    id: "only",
    preference: 0,
    mostSequences: 100,
    stages: [{ cardClass: "a", ranks, fixed: bytes(fixed), perSequence: bytes(perSequence) }],
    ...more,
  };
}

function demand(model: string, options: readonly Option[], more: Partial<Demand> = {}): Demand {
  return {
    model,
    priority: 1,
    replicas: 1,
    least: 1,
    wanted: 4,
    isExclusive: false,
    avoids: [],
    options,
    ...more,
  };
}

function values(problem: PlacementProblem): Record<string, number> {
  const solution = solve(problem, LIMIT);
  expect(solution.status).toBe("optimal");
  expect(verifySolution(problem, solution)).toEqual([]);
  return Object.fromEntries(solution.objective.map((stage) => [stage.id, stage.value]));
}

describe("solve", () => {
  test("one high priority outweighs two low ones", () => {
    const high = demand("high", [option({ fixed: 9, perSequence: 1 })], { priority: 2 });
    const low = [option({ fixed: 4, perSequence: 1 })];
    const problem = { cards: cards(1, 10), demands: [demand("x", low), demand("y", low), high] };
    expect(solve(problem, LIMIT).unplaced).toEqual(["x", "y"]);
  });

  test("shares are leximin: nobody gains by another's loss below", () => {
    // 12 bytes: 2 fixed each leave 8 of one byte a sequence; y wants 2 only, so x gets the rest
    const own = [option({ fixed: 2, perSequence: 1 })];
    const problem = {
      cards: cards(1, 12),
      demands: [demand("x", own, { wanted: 8 }), demand("y", own, { wanted: 2 })],
    };
    expect(values(problem)).toMatchObject({ share: 0.75, sequences: 8 });
    expect(solve(problem, LIMIT).assignments.map((one) => one.sequences)).toEqual([6, 2]);
  });

  test("replicas are equally loaded and round up together", () => {
    const own = [option({ fixed: 1, perSequence: 1 })];
    const problem = {
      cards: cards(2, 10),
      demands: [demand("x", own, { replicas: 2, wanted: 5 })],
    };
    // ceil(5 / 2) = 3 on each; served counts 5
    expect(solve(problem, LIMIT).assignments.map((one) => one.sequences)).toEqual([3, 3]);
    expect(values(problem)).toMatchObject({ share: 1, sequences: 5, cards: 2 });
  });

  test("a better precision comes before fewer cards, sequences before both", () => {
    const own = [
      option({ fixed: 6, perSequence: 1 }, { id: "bf16" }),
      option({ fixed: 1, perSequence: 1 }, { id: "int4", preference: 1 }),
    ];
    const problem = { cards: cards(2, 10), demands: [demand("x", own), demand("y", own)] };
    const rest = { share: 1, sequences: 8, links: 0, mixing: 0 };
    expect(values(problem)).toEqual({ placed: 2, precision: 0, cards: 2, ...rest });
    const single = { ...problem, cards: cards(1, 10) };
    expect(values(single)).toEqual({ placed: 2, precision: 2, cards: 1, ...rest });
  });

  test("fewer cards come before fewer weak links, those before less mixing", () => {
    const far = (id: string, links: number, mixing = 0) =>
      option({ fixed: 6, perSequence: 0, ranks: 2 }, { id, links, mixing });
    const alone = option({ fixed: 6, perSequence: 0 }, { id: "alone", links: 9, mixing: 9 });
    const two = { cards: cards(2, 10), demands: [demand("x", [far("far", 4), far("near", 2, 1)])] };
    expect(values(two)).toMatchObject({ cards: 2, links: 2, mixing: 1 });
    expect(solve(two, LIMIT).assignments[0]?.option).toBe("near");
    const mixed = [far("mixed", 2, 2), far("less", 2, 1)];
    expect(values({ ...two, demands: [demand("x", mixed)] })).toMatchObject({
      links: 2,
      mixing: 1,
    });
    const one = [far("near", 0), alone];
    expect(values({ ...two, demands: [demand("x", one)] })).toMatchObject({ cards: 1, links: 9 });
  });

  test("a search that is stopped says nothing of links", () => {
    const own = [
      option({ fixed: 6, perSequence: 0, ranks: 2 }, { id: "far", links: 4 }),
      option({ fixed: 6, perSequence: 0, ranks: 2 }, { id: "near", links: 2 }),
    ];
    const { objective } = solve(
      { cards: cards(2, 10), demands: [demand("x", own)] },
      { nodeLimit: 0 },
    );
    expect(objective.find(({ id }) => id === "links")).toMatchObject({ bound: 0 });
  });

  test("nothing to place and nowhere to place it are answers too", () => {
    expect(values({ cards: [], demands: [] })).toMatchObject({ placed: 0, share: 0, cards: 0 });
    const homeless = { cards: [], demands: [demand("x", [option({ fixed: 1, perSequence: 1 })])] };
    expect(values(homeless)).toMatchObject({ placed: 0, share: 0 });
  });

  test("a limit that comes first makes no claim", async () => {
    const own = [
      option({ fixed: 3, perSequence: 1 }),
      option({ fixed: 2, perSequence: 1, ranks: 2 }),
    ];
    const demands = ["x", "y", "z"].map((model) => demand(model, own, { wanted: 9 }));
    const problem = { cards: cards(2, 10), demands };
    const solution = solve(problem, { nodeLimit: 2 });
    expect(solution.status).toBe("feasible");
    expect(verifySolution(problem, solution)).toEqual([]);
    // two on one card: 10 = 2 * (3 + 2), so nobody's bound is above 2 of 9
    const bounded = await solveWithBound(problem, { nodeLimit: 2 }, async () => 0.5);
    expect(bounded.objective.find((stage) => stage.id === "share")?.bound).toBe(2 / 9);
  });

  test("an aborted search answers with what it has", () => {
    const problem = {
      cards: cards(2, 10),
      demands: [demand("x", [option({ fixed: 1, perSequence: 1 })])],
    };
    const solution = solve(problem, { nodeLimit: 1000, signal: { aborted: true } });
    expect(solution).toMatchObject({ status: "feasible", unplaced: [], nodes: 0 });
  });

  test("greedy answers alone, without a proof", () => {
    const problem = {
      cards: cards(2, 10),
      demands: [demand("x", [option({ fixed: 1, perSequence: 1 })])],
    };
    const solution = solve(problem, LIMIT, greedySolver);
    expect(solution).toMatchObject({ status: "feasible", unplaced: [] });
    expect(verifySolution(problem, solution)).toEqual([]);
  });
});
