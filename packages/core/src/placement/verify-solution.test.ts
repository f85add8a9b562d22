import { describe, expect, test } from "vitest";
import { bytes } from "../units/units.ts";
import type { Assignment, Demand, PlacementProblem, Solution } from "./problem.ts";
import { solve } from "./solve.ts";
import { verifySolution } from "./verify-solution.ts";

const card = (id: string, cardClass: string, capacity: number) => ({
  id,
  host: "box",
  cardClass,
  capacity: bytes(capacity),
});

const demand = (model: string, more: Partial<Demand> = {}): Demand => ({
  model,
  priority: 1,
  replicas: 1,
  least: 1,
  wanted: 2,
  isExclusive: false,
  avoids: [],
  options: [
    {
      id: "one",
      preference: 0,
      mostSequences: 4,
      stages: [{ cardClass: "a", ranks: 1, fixed: bytes(4), perSequence: bytes(1) }],
    },
    {
      id: "two",
      preference: 0,
      mostSequences: 4,
      stages: [{ cardClass: "a", ranks: 2, fixed: bytes(3), perSequence: bytes(1) }],
    },
  ],
  ...more,
});

const problem: PlacementProblem = {
  cards: [card("a0", "a", 10), card("a1", "a", 10), card("b0", "b", 10)],
  demands: [demand("x"), demand("y"), demand("z", { least: 9, wanted: 9 })],
};

const x: Assignment = { model: "x", replica: 0, option: "one", cards: ["a0"], sequences: 2 };
const y: Assignment = { ...x, model: "y", cards: ["a1"] };

function solution(assignments: readonly Assignment[], unplaced = ["z"]): Solution {
  return { assignments, unplaced, status: "feasible", objective: [], nodes: 0 };
}

function codes(assignments: readonly Assignment[], of: PlacementProblem = problem): string[] {
  return verifySolution(of, solution(assignments)).map((violation) => violation.code);
}

function changed(...demands: readonly Demand[]): PlacementProblem {
  return { ...problem, demands: [...demands, demand("z")] };
}

describe("verifySolution", () => {
  test("finds nothing wrong with a sound solution", () => {
    expect(codes([x, y])).toEqual([]);
  });

  test("says what a card needs and has", () => {
    // 4 + 2·1 from x and 4 + 1·1 from y on the 10 bytes of a0
    const both = [x, { ...y, cards: ["a0"], sequences: 1 }];
    expect(verifySolution(problem, solution(both))).toEqual([
      { code: "over-capacity", card: "a0", needs: 11, has: 10 },
    ]);
  });

  test.each([
    {
      code: "card-twice",
      assignments: [{ ...x, option: "two", cards: ["a0", "a0"], sequences: 1 }, y],
    },
    { code: "wrong-class", assignments: [{ ...x, cards: ["b0"] }, y] },
    { code: "wrong-card-count", assignments: [{ ...x, option: "two" }, y] },
    { code: "wrong-card-count", assignments: [{ ...x, cards: ["a0", "a1"] }, y] },
    { code: "unknown-card", assignments: [{ ...x, cards: ["a9"] }, y] },
    { code: "unknown-option", assignments: [{ ...x, option: "three" }, y] },
    { code: "unknown-model", assignments: [x, y, { ...x, model: "w" }] },
    { code: "below-least", assignments: [{ ...x, sequences: 0 }, y] },
    { code: "above-wanted", assignments: [{ ...x, sequences: 3 }, y] },
    { code: "too-many-sequences", assignments: [{ ...x, sequences: 5 }, y] },
    { code: "wrong-replicas", assignments: [x, { ...x, replica: 1, cards: ["a1"] }, y] },
    { code: "wrong-replicas", assignments: [{ ...x, replica: 1 }, y] },
    { code: "not-listed", assignments: [x] },
    { code: "listed-but-placed", assignments: [x, y, { ...x, model: "z" }] },
  ])("finds $code", ({ code, assignments }) => {
    expect(codes(assignments)).toContain(code);
  });

  test("finds a replica on two hosts of a class that is on several", () => {
    const [first, ...rest] = problem.cards;
    const cards = first === undefined ? [] : [{ ...first, host: "other" }, ...rest];
    const wide = { ...x, option: "two", cards: ["a0", "a1"], sequences: 1 };
    expect(codes([wide, { ...y, sequences: 1 }])).not.toContain("several-hosts");
    expect(codes([wide, { ...y, sequences: 1 }], { ...problem, cards })).toContain("several-hosts");
  });

  test("finds an exclusive model that is not alone", () => {
    const of = changed(demand("x", { isExclusive: true }), demand("y"));
    expect(
      codes(
        [
          { ...x, sequences: 1 },
          { ...y, cards: ["a0"], sequences: 1 },
        ],
        of,
      ),
    ).toEqual(["exclusive-shared"]);
  });

  test("finds a model beside one that avoids it, whoever says so", () => {
    const of = changed(demand("x"), demand("y", { avoids: ["x"] }));
    expect(
      codes(
        [
          { ...x, sequences: 1 },
          { ...y, cards: ["a0"], sequences: 1 },
        ],
        of,
      ),
    ).toEqual(["avoided-shared"]);
  });

  test("finds replicas that are not loaded equally", () => {
    const of = changed(demand("x", { replicas: 2, wanted: 4 }), demand("y"));
    const second = { ...x, replica: 1, cards: ["a1"], sequences: 1 };
    expect(codes([x, second, { ...y, sequences: 1 }], of)).toContain("uneven");
  });

  test("passes what solve answers", () => {
    expect(verifySolution(problem, solve(problem, { nodeLimit: 1000 }))).toEqual([]);
  });
});
