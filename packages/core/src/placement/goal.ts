import type { FleetGpu } from "../hardware/fleet.ts";
import type { Candidate } from "./candidate.ts";
import type { Enumeration } from "./enumerate.ts";
import type { PlannedModel } from "./planned-model.ts";
import { precisionAfterCards } from "./precision-after-cards.ts";
import { priceStep } from "./price-step.ts";
import type { Option, PlacementProblem, Solution } from "./problem.ts";
import { splitStage, worstOf } from "./split-stage.ts";
import { leastEach } from "./survive.ts";

/** What a plan is to be best at once its shares are settled; all numbers are whole and at least 0. */
export type PlacementGoal =
  /** As little as can be of what a replica by a candidate lacks of its part of the rate, when it holds so many sequences. */
  | { readonly id: "rates"; readonly lossOf: (candidate: Candidate, sequences: number) => number }
  /** As much as can be of what one replica by a candidate gives that holds so many sequences. */
  | {
      readonly id: "throughput";
      readonly gainOf: (candidate: Candidate, sequences: number) => number;
    }
  /** As little as can be of what it loses. */
  | { readonly id: "targets"; readonly lossOf: (candidate: Candidate, sequences: number) => number }
  /** The cheapest cards; `unit` prices are told as 1. Cards of one kind have one price. */
  | { readonly id: "cost"; readonly unit: number; readonly priceOf: (gpu: FleetGpu) => number };

/** A problem with something more asked of it. */
export interface WithGoal {
  readonly problem: PlacementProblem;
  /** The solution with the goal as a stage of its own. */
  readonly told: (solution: Solution) => Solution;
}

interface Around {
  readonly enumerations: readonly Enumeration[];
  readonly gpus: readonly FleetGpu[];
}

/** The problem whose solution is best at these goals as well, each settled before the next is looked at. */
export function withGoals(
  problem: PlacementProblem,
  goals: readonly PlacementGoal[],
  around: Around,
): WithGoal {
  return goals.reduceRight<WithGoal>(
    (inner, goal) => {
      const outer = withGoal(inner.problem, goal, around);
      return { problem: outer.problem, told: (solution) => inner.told(outer.told(solution)) };
    },
    { problem, told: (solution) => solution },
  );
}

/**
 * The problem whose solution is best at the goal as well. What a replica loses enters where preferences are, times more
 * than all preferences together, so that the stage "precision" settles both in turn, in every solver; what that stage is
 * bounded by bounds both. Cards get prices, which the stage "cards" settles before their number, and preferences make
 * way for them.
 */
function withGoal(
  problem: PlacementProblem,
  goal: PlacementGoal,
  { enumerations, gpus }: Around,
): WithGoal {
  if (goal.id === "cost") {
    const { unit } = goal;
    return priced(problem, { unit, priceOf: classPrices(problem, gpus, goal.priceOf) });
  }
  const losses = enumerations.map((one) => lossesOf(one, goal));
  return lossy(problem, goal.id, losses);
}

/** What each card costs; cards of one class cost what the cheapest of them does. */
function classPrices(
  { cards }: PlacementProblem,
  gpus: readonly FleetGpu[],
  priceOf: (gpu: FleetGpu) => number,
): (card: string) => number {
  const own = new Map(gpus.map((gpu) => [gpu.id, priceOf(gpu)]));
  const classOf = new Map(cards.map(({ id, cardClass }) => [id, cardClass]));
  const least = new Map<string, number>();
  for (const { id, cardClass } of cards) {
    const price = own.get(id) ?? 0;
    least.set(cardClass, Math.min(price, least.get(cardClass) ?? price));
  }
  return (card) => least.get(classOf.get(card) ?? "") ?? 0;
}

/** With cards of these prices, before their number is looked at, and precisions after both. */
export function priced(
  problem: PlacementProblem,
  at: {
    readonly unit: number;
    readonly priceOf: (card: string) => number;
  },
): WithGoal {
  const { unit } = at;
  const step = priceStep(problem);
  const last = precisionAfterCards(problem);
  return {
    problem: {
      ...last.problem,
      cards: problem.cards.map((card) => ({ ...card, price: at.priceOf(card.id) })),
    },
    told: (solution) =>
      splitStage(last.told(solution), {
        stage: "cards",
        step,
        tell: ({ value, bound }) => ({ id: "cost", value: value / unit, bound: bound / unit }),
      }),
  };
}

/** What each option of a demand loses against the best one, and what that one gives. */
export interface Losses {
  readonly of: (option: string) => number;
  readonly best: number;
}

/** With losses that go before preferences. */
export function lossy(
  problem: PlacementProblem,
  id: "rates" | "throughput" | "targets",
  losses: readonly Losses[],
): WithGoal {
  const step = 1 + problem.demands.reduce((sum, demand) => sum + worstOf(demand, preferenceOf), 0);
  const demands = problem.demands.map((demand, i) => ({
    ...demand,
    options: demand.options.map((option) => ({
      ...option,
      preference: (losses[i]?.of(option.id) ?? 0) * step + option.preference,
    })),
  }));
  const best = new Map(problem.demands.map(({ model }, i) => [model, losses[i]?.best ?? 0]));
  return {
    problem: { ...problem, demands },
    told: (solution) => {
      const most = solution.assignments.reduce((sum, { model }) => sum + (best.get(model) ?? 0), 0);
      return splitStage(solution, {
        stage: "precision",
        step,
        tell: ({ value, bound }) =>
          id === "throughput"
            ? { id, value: most - value, bound: most - bound }
            : { id, value, bound },
      });
    },
  };
}

function preferenceOf({ preference }: Option): number {
  return preference;
}

/** What the ways to run one replica lose against the one that gives most. */
export function lossesOf(
  { candidates }: Enumeration,
  goal: Exclude<PlacementGoal, { readonly id: "cost" }>,
): Losses {
  const all = [...candidates].map(([id, candidate]) => {
    const sequences = candidateLevel(candidate);
    return goal.id === "throughput"
      ? { id, loss: 0, gain: goal.gainOf(candidate, sequences) }
      : { id, loss: goal.lossOf(candidate, sequences), gain: 0 };
  });
  const best = all.reduce((most, { gain }) => Math.max(most, gain), 0);
  const found = new Map(all.map(({ id, loss, gain }) => [id, loss + best - gain]));
  return { best, of: (option) => found.get(option) ?? 0 };
}

/** What each replica wants to hold, or as much as its cards have room for alone. */
export function roomyLevel(
  model: Pick<PlannedModel, "survives" | "least" | "replicas" | "wanted">,
  ranks: readonly {
    readonly fixed: number;
    readonly perSequence: number;
    readonly capacity: number;
  }[],
  most: number,
): number {
  const enough = leastEach(model);
  const wanted = Math.max(
    1,
    Math.ceil(model.wanted / model.replicas),
    Number.isFinite(enough) ? enough : 1,
  );
  const rooms = ranks.map(({ fixed, perSequence, capacity }) =>
    perSequence > 0 ? Math.floor((capacity - fixed) / perSequence) : wanted,
  );
  return Math.max(1, Math.min(wanted, most, ...rooms));
}

function candidateLevel({ model, option, layout }: Candidate): number {
  const capacities = layout.stages.flat().map(({ cardClass }) => cardClass.capacity);
  const ranks = option.stages.map((stage, i) => ({ ...stage, capacity: capacities[i] ?? 0 }));
  return roomyLevel(model, ranks, option.mostSequences);
}
