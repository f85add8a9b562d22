import type { Candidate } from "../../placement/candidate.ts";
import type { PlacementGoal } from "../../placement/goal.ts";
import type { PlanDeployment } from "../plan-document.ts";
import type { FleetProblem } from "../plan-problem.ts";

/** What is asked of those that are placed beside engines that stay: cards in use cost no more, and rates are for all replicas. */
export function heldGoal(
  goal: PlacementGoal,
  { models }: Pick<FleetProblem, "models">,
  kept: readonly PlanDeployment[],
): PlacementGoal {
  const used = new Set(kept.flatMap(({ gpus }) => gpus));
  const asked = new Map(models.map((model) => [model.name, model]));
  const whole = (candidate: Candidate): Candidate => {
    const { replicas, survives } = asked.get(candidate.model.name) ?? candidate.model;
    const outlives = survives === undefined ? {} : { survives };
    return { ...candidate, model: { ...candidate.model, replicas, ...outlives } };
  };
  switch (goal.id) {
    case "cost":
      return { ...goal, priceOf: (gpu) => (used.has(gpu.id) ? 0 : goal.priceOf(gpu)) };
    case "throughput":
      return { ...goal, gainOf: (candidate, held) => goal.gainOf(whole(candidate), held) };
    default:
      return { ...goal, lossOf: (candidate, held) => goal.lossOf(whole(candidate), held) };
  }
}
