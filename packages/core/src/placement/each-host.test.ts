import { describe, expect, test } from "vitest";
import { bytes } from "../units/units.ts";
import { onEachHost } from "./each-host.ts";
import type { Option, PlacementProblem } from "./problem.ts";
import { solve } from "./solve.ts";
import { verifySolution } from "./verify-solution.ts";

const pair = (cardClass: string): Option => ({
  id: "pair",
  preference: 0,
  mostSequences: 8,
  stages: [{ cardClass, ranks: 2, fixed: bytes(6), perSequence: bytes(1) }],
});

/** Two equal hosts with `cards` cards of 10 each, and three models that need two cards of one host. */
function twinHosts(cards: number): PlacementProblem {
  return {
    cards: ["a", "b"].flatMap((host) =>
      Array.from({ length: cards }, (_, i) => ({
        id: `${host}:${i}`,
        host,
        cardClass: "x",
        capacity: bytes(10),
      })),
    ),
    demands: ["m0", "m1", "m2"].map((model) => ({
      model,
      priority: 1,
      replicas: 1,
      least: 1,
      wanted: 4,
      isExclusive: false,
      avoids: [],
      options: [pair("x")],
    })),
  };
}

describe("a class on two equal hosts", () => {
  // 3 cards a host hold one pair each (a card has room for one of 6 + 1); the third pair would need both hosts
  test.each([
    { cards: 3, placed: 2 },
    { cards: 4, placed: 3 },
  ])("$cards cards a host: $placed of three pairs, none across hosts", ({ cards, placed }) => {
    const problem = twinHosts(cards);
    const solution = solve(problem, { nodeLimit: 10_000 });
    expect(solution.status).toBe("optimal");
    expect(solution.unplaced).toHaveLength(3 - placed);
    expect(verifySolution(problem, solution)).toEqual([]);
    expect(solution.assignments.every(({ option }) => option === "pair")).toBe(true);
  });

  test("is written out once a host", () => {
    const { problem } = onEachHost(twinHosts(2));
    expect(new Set(problem.cards.map(({ cardClass }) => cardClass)).size).toBe(2);
    expect(problem.demands.map(({ options }) => options.length)).toEqual([2, 2, 2]);
  });

  test("leaves a problem alone whose classes are on one host each", () => {
    const problem = twinHosts(2);
    const one = { ...problem, cards: problem.cards.filter(({ host }) => host === "a") };
    expect(onEachHost(one).problem).toBe(one);
  });
});
