import { describe, expect, test } from "vitest";
import { bestByTryingAll } from "../../../../test/properties/brute-force.ts";
import { smallProblem } from "../../../../test/properties/random-placement.ts";
import { solve } from "./solve.ts";

describe("solve finds what trying everything finds", () => {
  test.each([0, 1, 2, 3, 4])("seeds %i × 320 and up", (block) => {
    for (let seed = block * 320; seed < (block + 1) * 320; seed += 1) {
      const problem = smallProblem(seed);
      const solution = solve(problem, { nodeLimit: 200_000 });
      const best = bestByTryingAll(problem);
      expect({ seed, status: solution.status }).toEqual({ seed, status: "optimal" });
      expect({ seed, values: solution.objective.map((stage) => stage.value) }).toEqual({
        seed,
        values: [
          best.placed.reduce((a, b) => a + b, 0),
          best.shares[0] ?? 0,
          best.sequences,
          best.precision,
          best.cards,
        ],
      });
    }
  });
});
