import { describe, expect, test } from "vitest";
import { bytes } from "../../units/units.ts";
import type { PlacementProblem } from "../problem.ts";
import { highsBound } from "./highs.ts";
import { renderLp } from "./lp-text.ts";
import { classModel } from "./milp.ts";

/** So many cards of 10 bytes; two models that take 4 and 1 a sequence on one of them. */
function twoModels(cards: number, wanted: number): PlacementProblem {
  const demand = {
    priority: 1,
    replicas: 1,
    least: 1,
    wanted,
    isExclusive: false,
    avoids: [],
    options: [
      {
        id: "only",
        preference: 0,
        mostSequences: 100,
        stages: [{ cardClass: "a", ranks: 1, fixed: bytes(4), perSequence: bytes(1) }],
      },
    ],
  };
  return {
    cards: Array.from({ length: cards }, (_, i) => ({
      id: `a${i}`,
      host: "box",
      cardClass: "a",
      capacity: bytes(10),
    })),
    demands: [
      { ...demand, model: "x" },
      { ...demand, model: "y" },
    ],
  };
}

describe("renderLp", () => {
  test("writes variables, rows and bounds with plain names", () => {
    const text = renderLp(classModel(twoModels(1, 4), [{ priority: undefined, models: 2 }]));
    expect(text.split("\n")).toEqual(
      expect.arrayContaining([
        " objective: t",
        " replicas0: + 1 n0_0 - 1 p0 = 0",
        " share0: + 4 t - 1 y0_0 + 4 p0 <= 4",
        // 4 and 1 of 10 bytes, in thousandths of a card
        " memory0: + 400 n0_0 + 100 y0_0 + 400 n1_0 + 100 y1_0 <= 1000",
        " placed0: + 1 p0 + 1 p1 >= 2",
        " 0 <= t <= 1",
        " n0_0",
        "End",
      ]),
    );
  });
});

describe("highsBound", () => {
  test.each([
    { cards: 1, wanted: 1, bound: 1 },
    { cards: 1, wanted: 4, bound: 0.25 }, // 10 - 2·4 leaves one sequence each
    { cards: 2, wanted: 8, bound: 0.75 }, // 6 of 8 on a card of its own
  ])("$cards cards bound $wanted wanted by $bound", async ({ cards, wanted, bound }) => {
    expect(await highsBound(twoModels(cards, wanted))).toBe(bound);
  });

  test("proves that not all can be placed", async () => {
    const problem = twoModels(1, 4);
    const third = problem.demands.slice(1).map((demand) => ({ ...demand, model: "z" }));
    const three = { ...problem, demands: [...problem.demands, ...third] };
    expect(await highsBound(three)).toBe(Number.NEGATIVE_INFINITY);
    expect(await highsBound(three, [{ priority: 1, models: 2 }])).toBe(0.25);
    expect(await highsBound(problem, [{ priority: 1, models: 3 }])).toBe(Number.NEGATIVE_INFINITY);
  });
});
