import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { solve } from "../../packages/core/src/placement/solve.ts";
import { greedySolver } from "../../packages/core/src/placement/solvers/greedy.ts";
import { highsBound } from "../../packages/core/src/placement/solvers/highs.ts";
import { verifySolution } from "../../packages/core/src/placement/verify-solution.ts";
import { bestByTryingAll, compareBest } from "./brute-force.ts";
import { seededRandom, smallProblem, twelveCards } from "./random-placement.ts";
import { reached } from "./reached.ts";

const LIMIT = { nodeLimit: 200_000 };
const seeds = fc.integer({ min: 0, max: 2 ** 31 });

describe("against trying everything", () => {
  test.each(Array.from({ length: 10 }, (_, block) => block))(
    "the same optimum at every stage, block %i of 400 seeds",
    (block) => {
      for (let seed = block * 400; seed < (block + 1) * 400; seed += 1) {
        const problem = smallProblem(seed);
        const solution = solve(problem, LIMIT);
        expect({ seed, status: solution.status }).toEqual({ seed, status: "optimal" });
        expect({ seed, ...reached(problem, solution) }).toEqual({
          seed,
          ...bestByTryingAll(problem),
        });
        for (const { value, bound } of solution.objective) {
          expect(bound).toBe(value);
        }
      }
    },
  );

  test("HiGHS' bound is never below the best share, and its no is a no", async () => {
    for (let seed = 0; seed < 300; seed += 1) {
      const problem = smallProblem(seed);
      const best = bestByTryingAll(problem);
      const isAllPlaced = best.shares.length === problem.demands.length;
      const bound = await highsBound(problem);
      expect({ seed, isBound: !isAllPlaced || bound >= (best.shares[0] ?? 0) }).toEqual({
        seed,
        isBound: true,
      });
      const placed = [{ priority: undefined, models: best.shares.length }];
      expect(await highsBound(problem, placed)).toBeGreaterThanOrEqual(best.shares[0] ?? 0);
    }
  });
});

describe("any problem", () => {
  test("passes the checker, whatever the limit and the solver", () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 0, max: 300 }), (seed, nodeLimit) => {
        const problem = smallProblem(seed);
        expect(verifySolution(problem, solve(problem, { nodeLimit }))).toEqual([]);
        expect(verifySolution(problem, solve(problem, LIMIT, greedySolver))).toEqual([]);
      }),
      { numRuns: 300, seed: 1 },
    );
  });

  test("a stopped search is never better than the proven best, and its bounds hold", () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 0, max: 60 }), (seed, nodeLimit) => {
        const problem = smallProblem(seed);
        const stopped = solve(problem, { nodeLimit });
        const best = reached(problem, solve(problem, LIMIT));
        const difference = compareBest(best, reached(problem, stopped));
        expect(difference).toBeGreaterThanOrEqual(0);
        if (stopped.status === "optimal") {
          expect(difference).toBe(0);
        }
        const share = stopped.objective.find((stage) => stage.id === "share");
        const isSamePlaced =
          best.shares.length === problem.demands.length - stopped.unplaced.length;
        expect(!isSamePlaced || (share?.bound ?? 0) >= (best.shares[0] ?? 0)).toBe(true);
      }),
      { numRuns: 300, seed: 2 },
    );
  });

  test("one card more never makes it worse", () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const problem = smallProblem(seed);
        const [first] = problem.cards;
        if (first === undefined) {
          return;
        }
        const more = { ...problem, cards: [...problem.cards, { ...first, id: "more" }] };
        const before = { ...reached(problem, solve(problem, LIMIT)), ...NO_COST };
        const after = { ...reached(more, solve(more, LIMIT)), ...NO_COST };
        expect(compareBest(after, before)).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 300, seed: 3 },
    );
  });

  test("the order of cards, demands and options decides ties only", () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const problem = smallProblem(seed);
        const random = seededRandom(seed + 1);
        const demands = shuffled(random, problem.demands);
        const other = {
          cards: shuffled(random, problem.cards),
          demands: demands.map((one) => ({ ...one, options: shuffled(random, one.options) })),
        };
        const a = solve(problem, LIMIT).objective;
        expect(solve(other, LIMIT).objective).toEqual(a);
      }),
      { numRuns: 300, seed: 4 },
    );
  });

  test("names of cards, hosts and classes decide nothing", () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const problem = smallProblem(seed);
        const renamed = (name: string) => `other-${[...name].reverse().join("")}`;
        const other = {
          cards: problem.cards.map((card) => ({
            ...card,
            id: renamed(card.id),
            host: renamed(card.host),
            cardClass: renamed(card.cardClass),
          })),
          demands: problem.demands.map((demand) => ({
            ...demand,
            options: demand.options.map((option) => ({
              ...option,
              stages: option.stages.map((stage) => ({
                ...stage,
                cardClass: renamed(stage.cardClass),
              })),
            })),
          })),
        };
        const { assignments, ...rest } = solve(problem, LIMIT);
        const cards = assignments.map((one) => ({ ...one, cards: one.cards.map(renamed) }));
        expect(solve(other, LIMIT)).toEqual({ ...rest, assignments: cards });
      }),
      { numRuns: 300, seed: 5 },
    );
  });

  test("a search that is stopped from outside answers at once, and soundly", () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 0, max: 40 }), (seed, looks) => {
        const problem = smallProblem(seed);
        const stopped = solve(problem, { ...LIMIT, signal: abortedAfter(looks) });
        expect(verifySolution(problem, stopped)).toEqual([]);
        const best = reached(problem, solve(problem, LIMIT));
        const difference = compareBest(best, reached(problem, stopped));
        expect(difference).toBeGreaterThanOrEqual(0);
        expect(stopped.status === "feasible" || difference === 0).toBe(true);
      }),
      { numRuns: 300, seed: 6 },
    );
    const problem = twelveCards(7, 10, 4);
    const stopped = solve(problem, { nodeLimit: 4_000_000, signal: abortedAfter(20) });
    expect(verifySolution(problem, stopped)).toEqual([]);
    expect(stopped.status).toBe("feasible");
    expect(stopped.nodes).toBeLessThan(100_000);
  });

  test("the same problem has the same answer", () => {
    const problem = twelveCards(3, 6, 2);
    expect(solve(problem, LIMIT)).toEqual(solve(structuredClone(problem), LIMIT));
  });
});

describe("twelve cards of two classes", () => {
  test.each(Array.from({ length: 12 }, (_, seed) => seed))(
    "six models, seed %i: proven",
    (seed) => {
      for (const load of [1, 4]) {
        const problem = twelveCards(seed, 6, load);
        const solution = solve(problem, { nodeLimit: 1_000_000 });
        expect(solution.status).toBe("optimal");
        expect(verifySolution(problem, solution)).toEqual([]);
      }
    },
  );

  test.each([2, 6, 9])("ten models, seed %i: sound, and below HiGHS' bound", async (seed) => {
    const problem = twelveCards(seed, 10, 2);
    const solution = solve(problem, { nodeLimit: 300_000 });
    expect(verifySolution(problem, solution)).toEqual([]);
    const share = solution.objective.find((stage) => stage.id === "share")?.value ?? 0;
    expect(await highsBound(problem)).toBeGreaterThanOrEqual(share);
  });
});

/** What a better plan may cost more of. */
const NO_COST = { cards: 0, links: 0, mixing: 0 };

/** A signal that is aborted from the given look at it on. */
function abortedAfter(looks: number): { readonly aborted: boolean } {
  let left = looks;
  return {
    get aborted() {
      left -= 1;
      return left < 0;
    },
  };
}

function shuffled<T>(random: () => number, values: readonly T[]): T[] {
  return values
    .map((value) => ({ value, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ value }) => value);
}
