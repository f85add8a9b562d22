import type { Fleet } from "../hardware/fleet.ts";
import type { PlacedFleet } from "../placement/place-fleet.ts";
import { planChance } from "./plan-chance.ts";
import { deploymentsOf } from "./plan-deployments.ts";
import type { PlanDocument, PlanObjective } from "./plan-document.ts";
import { planGpus } from "./plan-gpus.ts";
import { planHosts } from "./plan-hosts.ts";

/** What was placed, as a plan document: start order, fractions, cards. Reasons and warnings are others' business. */
export function assemblePlan(
  fleet: Fleet,
  placed: PlacedFleet,
  chanceWanted: number,
): PlanDocument {
  const deployments = deploymentsOf(fleet, placed.replicas);
  return {
    schema: "berth/plan@1",
    status: placed.solution.unplaced.length > 0 ? "infeasible" : placed.solution.status,
    objective: objectiveOf(placed),
    chanceToFit: planChance(deployments, fleet.gpus),
    chanceWanted,
    solveSeconds: 0,
    hosts: planHosts(fleet, deployments),
    gpus: planGpus(fleet.gpus, deployments),
    deployments,
    unplaced: placed.solution.unplaced.map((model) => ({ model, reasons: [], remedies: [] })),
    warnings: [],
  };
}

/** The share is what the plan is judged by; the stages after it are its terms. */
function objectiveOf({ solution }: PlacedFleet): PlanObjective {
  const share = solution.objective.find(({ id }) => id === "share") ?? { value: 0, bound: 0 };
  return {
    value: share.value,
    bound: share.bound,
    gap: share.bound > 0 ? (share.bound - share.value) / share.bound : 0,
    terms: solution.objective,
  };
}
