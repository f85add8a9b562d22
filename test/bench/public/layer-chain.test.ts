import { describe, expect, it } from "vitest";
import { seededRandom } from "../../properties/random-placement.ts";
import helix from "./helix.json" with { type: "json" };
import { bestChain, type ChainProblem, rateBound, rateOf } from "./layer-chain.ts";
import { bestLayout } from "./layer-split.ts";

const EASY: ChainProblem = {
  layers: 4,
  machines: [
    { name: "large", count: 1, rates: [40, 20, 12] },
    { name: "small", count: 2, rates: [12, 5] },
  ],
};

describe("rateBound", () => {
  it("counts every machine at most with the rate of the whole", () => {
    // At 12: large min(12/12, 1) · 3 = 3, small 1 each: 5 layers. At F just above 12: small 12/F, large
    // max(2, 36/F); 24/F + 36/F = 4 gives F = 15.
    expect(rateBound(EASY)).toBeCloseTo(15, 9);
  });

  it("is no less than any layout found, on random machines", async () => {
    for (let seed = 0; seed < 6; seed += 1) {
      const problem = randomProblem(seed);
      const { rate, bound, segments } = await bestLayout(problem);
      expect(rate).toBeLessThanOrEqual(bound);
      expect(rateOf(problem, segments)).toBe(rate);
      expect(rate).toBeGreaterThanOrEqual(rateOf(problem, bestChain(problem)));
    }
  });
});

describe("bestChain", () => {
  it("puts as many layers on each machine as the rate allows", () => {
    expect(rateOf(EASY, bestChain(EASY))).toBe(12);
  });

  it("reaches the bound on Helix's 24 machines, which proves it the best", () => {
    const [problem] = helix.instances;
    if (problem === undefined) {
      throw new Error("no instance");
    }
    expect(rateOf(problem, bestChain(problem))).toBeCloseTo(rateBound(problem), 6);
  });
});

describe("rateOf", () => {
  it("refuses segments that are no layout", () => {
    const one = { layers: 4, branches: [[{ machine: "small", layers: 4 }]] };
    expect(() => rateOf(EASY, [{ ...one, layers: 3 }])).toThrow("3 layers instead of 4");
    const twice = { layers: 2, branches: [[{ machine: "large", layers: 2 }]] };
    expect(() => rateOf(EASY, [twice, twice])).toThrow("2 of 1 large");
  });
});

/** Two to four kinds of machines that can hold eight layers together, at falling rates. */
function randomProblem(seed: number): ChainProblem {
  const random = seededRandom(seed);
  const kinds = 2 + Math.floor(random() * 3);
  const machines = Array.from({ length: kinds }, (_, i) => {
    const first = 50 + Math.floor(random() * 100);
    const most = 4 + Math.floor(random() * 3);
    const rates = Array.from({ length: most }, (_, k) => first / (k + 1) ** (1 + random() / 4));
    return { name: `m${i}`, count: 1 + Math.floor(random() * 3), rates: falling(rates) };
  });
  return { layers: 8, machines };
}

function falling(rates: readonly number[]): number[] {
  return [...rates].sort((a, b) => b - a);
}
