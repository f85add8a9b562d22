import { lossesOf } from "../../placement/goal.ts";
import { prepare } from "../../placement/place-fleet.ts";
import type { FleetGoal } from "../goal/fleet-goal.ts";
import { isLessBetter } from "../objective-sense.ts";
import type { PlanDocument, PlanObjective } from "../plan-document.ts";
import type { FleetProblem } from "../plan-problem.ts";
import { type PlanValue, wantedOf } from "./plan-value.ts";

type Term = PlanObjective["terms"][number];

interface Best {
  readonly problem: FleetProblem;
  /** The best plan of all, and its value. */
  readonly free: PlanDocument;
  readonly freeValue: PlanValue;
  readonly goals: readonly FleetGoal[];
}

/**
 * A plan's stages with what the best plan of all is known to reach: its bounds hold up to the first stage in which
 * this plan gives less, and what follows is bounded by what is wanted.
 */
export function keptObjective(value: PlanValue, best: Best): PlanObjective {
  const { free, freeValue } = best;
  const values = valuesOf(value);
  const goalIn = (own: PlanValue, id: string) => own.goals.find((goal) => goal.id === id);
  let isLevel = true;
  const known = free.objective.terms.filter(({ id }) => values.has(id));
  const terms = known.map((term): Term => {
    const goal = goalIn(value, term.id);
    const isSameGoal = goal !== undefined && goal.value === goalIn(freeValue, term.id)?.value;
    const own = isSameGoal ? term.value : (values.get(term.id) ?? term.value);
    const bound = isLevel ? term.bound : looseBound(term.id, best);
    isLevel &&= own === term.value;
    return { id: term.id, value: own, bound: outer(term.id, own, bound) };
  });
  const share = terms.find(({ id }) => id === "share") ?? { value: 0, bound: 0 };
  const gap = share.bound > 0 ? (share.bound - share.value) / share.bound : 0;
  return { value: share.value, bound: share.bound, gap, terms };
}

function valuesOf(value: PlanValue): ReadonlyMap<string, number> {
  return new Map([
    ["placed", value.placed.reduce((sum, count) => sum + count, 0)],
    ["share", value.shares[0] ?? 0],
    ["sequences", value.sequences],
    ["precision", value.precision],
    ["cards", value.cards],
    ["links", value.links],
    ["mixing", value.mixing],
    ...value.goals.map(({ id, value: own }) => [id, own] as const),
  ]);
}

function looseBound(id: string, { problem, goals }: Best): number {
  const { models } = problem;
  switch (id) {
    case "placed":
      return models.length;
    case "share":
      return 1;
    case "sequences":
      return models.reduce((sum, model) => sum + wantedOf(model), 0);
    case "throughput":
      return goals.reduce(
        (sum, goal) => sum + (goal.id === "throughput" ? mostGained(problem, goal) : 0),
        0,
      );
    case "cards":
      return 1;
    default:
      return 0;
  }
}

/** With every replica in the way that gives most, whether there is room for it or not. */
function mostGained(
  { models, fleet }: FleetProblem,
  goal: Extract<FleetGoal, { readonly id: "throughput" }>,
): number {
  return prepare(models, fleet).enumerations.reduce(
    (sum, enumeration) => sum + enumeration.demand.replicas * lossesOf(enumeration, goal).best,
    0,
  );
}

/** A bound on the far side of the value: below it where less is better. */
function outer(id: string, value: number, bound: number): number {
  return isLessBetter(id) ? Math.min(value, bound) : Math.max(value, bound);
}
