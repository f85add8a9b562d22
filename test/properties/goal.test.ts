import { describe, expect, test } from "vitest";
import { lossy, priced } from "../../packages/core/src/placement/goal.ts";
import type {
  ObjectiveStage,
  PlacementProblem,
  Solution,
} from "../../packages/core/src/placement/problem.ts";
import { solve, solveWithBound } from "../../packages/core/src/placement/solve.ts";
import { branchingAsker } from "../../packages/core/src/placement/solvers/branch/branching-asker.ts";
import { exactly, exactSolver } from "../../packages/core/src/placement/solvers/exact.ts";
import { greedySolver } from "../../packages/core/src/placement/solvers/greedy.ts";
import { highsBound, highsPrograms } from "../../packages/core/src/placement/solvers/highs.ts";
import { largeSolver } from "../../packages/core/src/placement/solvers/large/large-solver.ts";
import { runSteps } from "../../packages/core/src/placement/solvers/large/steps.ts";
import { verifySolution } from "../../packages/core/src/placement/verify-solution.ts";
import { bestByTryingAll, compareBest, type Goal } from "./brute-force.ts";
import { seededRandom, smallHosts, twelveCards } from "./random-placement.ts";
import { reached } from "./reached.ts";

const LIMIT = { nodeLimit: 200_000 };

/** Losses of 0 to 5 an option, prices of 0 to 4 a kind of card. */
function randomGoal(seed: number, problem: PlacementProblem) {
  const random = seededRandom(seed + 0x90a1);
  const draw = (most: number) => Math.floor(random() * (most + 1));
  const losses = new Map(
    problem.demands.flatMap(({ model, options }) =>
      options.map(({ id }) => [`${model} ${id}`, draw(5)] as const),
    ),
  );
  const prices = new Map<string, number>();
  for (const { cardClass } of problem.cards) {
    prices.set(cardClass, prices.get(cardClass) ?? draw(4));
  }
  const classOf = new Map(problem.cards.map(({ id, cardClass }) => [id, cardClass]));
  return {
    lossOf: (model: string, option: string) => losses.get(`${model} ${option}`) ?? 0,
    priceOf: (card: string) => prices.get(classOf.get(card) ?? "") ?? 0,
  };
}

/** "rates": what lacks of them, and then the price. */
type Kind = "rates" | "targets" | "throughput" | "cost";

/** A problem as it is given, and with a goal in it as the planner asks for it. */
function goalIn(kind: Kind, seed: number, given: PlacementProblem) {
  const { lossOf, priceOf } = randomGoal(seed, given);
  const goal: Goal = {
    ...(kind === "cost" ? {} : { lossOf }),
    ...(kind === "cost" || kind === "rates" ? { priceOf } : {}),
  };
  const whole = { problem: given, told: (solution: Solution) => solution };
  const inner = goal.priceOf === undefined ? whole : priced(given, { unit: 1, priceOf });
  const losses = given.demands.map(({ model }) => ({
    best: 9,
    of: (option: string) => lossOf(model, option),
  }));
  const outer = kind === "cost" ? whole : lossy(inner.problem, kind, losses);
  return {
    goal,
    asked: kind === "cost" ? inner.problem : outer.problem,
    told: (solution: Solution) => inner.told(outer.told(solution)),
  };
}

function stage(objective: readonly ObjectiveStage[], id: ObjectiveStage["id"]) {
  return objective.find((one) => one.id === id);
}

describe.each(["rates", "targets", "throughput", "cost"] as const)(
  "%s, against trying everything",
  (kind) => {
    test("the same optimum at every stage, and told so", () => {
      for (let seed = 0; seed < 200; seed += 1) {
        const given = smallHosts(seed);
        const { goal, asked, told } = goalIn(kind, seed, given);
        const solution = told(solve(asked, LIMIT));
        const best = bestByTryingAll(given, goal);
        expect({ seed, status: solution.status }).toEqual({ seed, status: "optimal" });
        expect({ seed, ...reached(given, solution, goal) }).toEqual({ seed, ...best });
        expect(verifySolution(given, solution)).toEqual([]);
        const gains = 9 * solution.assignments.length;
        const { loss, cost } = best;
        const value = { rates: loss, targets: loss, throughput: gains - loss, cost }[kind];
        expect(stage(solution.objective, kind)).toEqual({ id: kind, value, bound: value });
        if (goal.priceOf !== undefined) {
          expect(stage(solution.objective, "cost")).toEqual({
            id: "cost",
            value: cost,
            bound: cost,
          });
        }
        expect(stage(solution.objective, "precision")?.value).toBe(best.precision);
        expect(stage(solution.objective, "cards")?.value).toBe(best.cards);
      }
    });

    test("other searches reach no more, and no bound is wrong", () => {
      for (let seed = 0; seed < 50; seed += 1) {
        const given = smallHosts(seed);
        const { goal, asked, told } = goalIn(kind, seed, given);
        const best = bestByTryingAll(given, goal);
        for (const [solver, nodeLimit] of [
          [greedySolver, 1],
          [largeSolver, 2000],
          [exactSolver, 5],
        ] as const) {
          const solution = told(solve(asked, { nodeLimit }, solver));
          const own = reached(given, solution, goal);
          expect({ seed, wrong: verifySolution(given, solution) }).toEqual({ seed, wrong: [] });
          expect(compareBest(best, own, goal)).toBeGreaterThanOrEqual(0);
          const { value = 0, bound = 0 } = stage(solution.objective, kind) ?? {};
          const isBound = kind === "throughput" ? bound >= value : bound <= value;
          expect({ seed, isBound }).toEqual({ seed, isBound: true });
        }
      }
    });
  },
);

const asker = branchingAsker(await highsPrograms());

test("branch and price alone settles the price and then the cards as trying everything does", () => {
  for (let seed = 0; seed < 25; seed += 1) {
    const given = smallHosts(seed);
    const { goal, asked, told } = goalIn("cost", seed, given);
    const solution = told(runSteps(exactly(asked)({ nodeLimit: 2_000_000 }, { asker })));
    expect({ seed, wrong: verifySolution(given, solution) }).toEqual({ seed, wrong: [] });
    expect({ seed, status: solution.status }).toEqual({ seed, status: "optimal" });
    expect({ seed, ...reached(given, solution, goal) }).toEqual({
      seed,
      ...bestByTryingAll(given, goal),
    });
  }
});

test("twelve cards with two prices: what no search over cards settles by its limit is proven", async () => {
  const given = twelveCards(2, 9, 1);
  const priceOf = (id: string) => (given.cards.findIndex((one) => one.id === id) < 8 ? 220 : 410);
  const { problem, told } = priced(given, { unit: 1000, priceOf });
  const alone = told(solve(problem, { nodeLimit: 200_000 }));
  expect(alone.status).toBe("feasible");
  const both = told(
    await solveWithBound(problem, { nodeLimit: 200_000 }, highsBound, highsPrograms),
  );
  expect(both.status).toBe("optimal");
  expect(stage(both.objective, "cost")).toEqual({ id: "cost", value: 2.99, bound: 2.99 });
  expect(verifySolution(given, both)).toEqual([]);
});

test("twelve cards: branch and price settles a goal too, the same every time", async () => {
  const given = twelveCards(3, 6, 1);
  const { asked, told, goal } = goalIn("targets", 3, given);
  const answers = await Promise.all(
    [1, 2].map(() => solveWithBound(asked, { nodeLimit: 60_000 }, highsBound, highsPrograms)),
  );
  expect(answers[0]).toEqual(answers[1]);
  const solutions = answers.map(told);
  const plain = await solveWithBound(given, { nodeLimit: 60_000 }, highsBound, highsPrograms);
  const [own, without] = [solutions[0] ?? plain, plain].map((one) => reached(given, one, goal));
  expect(own?.shares[0]).toBeCloseTo(without?.shares[0] ?? 0, 9);
  expect(own?.loss).toBeLessThanOrEqual(without?.loss ?? 0);
});
