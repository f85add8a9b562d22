import { expect, test } from "vitest";
import { bytes } from "../units/units.ts";
import type { Assignment, Demand, PlacementProblem } from "./problem.ts";
import { rejoin } from "./rejoin.ts";
import { verifySolution } from "./verify-solution.ts";

const CAPACITY = 10;
const NODE_LIMIT = 1000;

/** One replica on one card: so many bytes, and so many a sequence. */
function demand(model: string, fixed: number, perSequence: number, more: Partial<Demand> = {}) {
  return {
    model,
    priority: 0,
    replicas: 1,
    least: 1,
    wanted: 8,
    isExclusive: false,
    avoids: [],
    options: [
      {
        id: "one",
        preference: 0,
        mostSequences: 8,
        stages: [
          { cardClass: "c", ranks: 1, fixed: bytes(fixed), perSequence: bytes(perSequence) },
        ],
      },
    ],
    ...more,
  };
}

function onCards(cards: number, demands: readonly Demand[]): PlacementProblem {
  return {
    cards: Array.from({ length: cards }, (_, i) => ({
      id: `box:${i}`,
      host: "box",
      cardClass: "c",
      capacity: bytes(CAPACITY),
    })),
    demands,
  };
}

function on(card: number, model: string, sequences: number): Assignment {
  return { model, replica: 0, option: "one", cards: [`box:${card}`], sequences };
}

function violations(problem: PlacementProblem, assignments: readonly Assignment[] | undefined) {
  return assignments === undefined
    ? ["nothing found"]
    : verifySolution(problem, {
        assignments,
        unplaced: [],
        status: "feasible",
        objective: [],
        nodes: 0,
      });
}

// a and b take 4 of 10 each, the new one 7: only where a and b share a card it has one
test("one moves to another so that a third has room, and nobody loses a sequence", () => {
  const problem = onCards(2, [demand("a", 2, 1), demand("b", 2, 1), demand("new", 6, 1)]);
  const kept = [on(0, "a", 2), on(1, "b", 2)];
  const { assignments } = rejoin({ problem, kept, nodeLimit: NODE_LIMIT });
  expect(violations(problem, assignments)).toEqual([]);
  expect(assignments?.map(({ sequences }) => sequences)).toEqual([2, 2, 1]);
});

// with three sequences a takes 8 of 10; with its least 4, so that the new one's 6 have room
test("who shares a card with the new one has its least where nothing else is found, the others what they had", () => {
  const problem = onCards(2, [
    demand("a", 2, 2),
    demand("b", 2, 2, { isExclusive: true }),
    demand("new", 5, 1),
  ]);
  const kept = [on(0, "a", 3), on(1, "b", 2)];
  const { assignments } = rejoin({ problem, kept, nodeLimit: NODE_LIMIT });
  expect(violations(problem, assignments)).toEqual([]);
  expect(assignments).toContainEqual(on(0, "a", 1));
  expect(assignments).toContainEqual(on(1, "b", 2));
});

test("no room is no answer", () => {
  const problem = onCards(1, [demand("a", 5, 1), demand("new", 5, 1)]);
  const { assignments } = rejoin({ problem, kept: [on(0, "a", 1)], nodeLimit: NODE_LIMIT });
  expect(assignments).toBeUndefined();
});
