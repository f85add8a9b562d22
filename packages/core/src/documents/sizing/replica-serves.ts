import { breakingRate } from "../../capacity/breaking-rate.ts";
import type { ServingModel } from "../../capacity/serving-model.ts";
import type { LatencyTarget } from "../../capacity/workload.ts";
import { type AskedReplicas, askedReplicas } from "../capacity/asked-replicas.ts";
import type { ReplicaModel } from "../capacity/replica-model.ts";
import type { PlanDeployment, PlanDocument } from "../plan-document.ts";
import type { FleetProblem } from "../plan-problem.ts";
import type { PlanServes } from "./plan-sizing.ts";

/** Replicas of a plan with what each serves beside the others. */
export interface Served {
  readonly deployment: PlanDeployment & { readonly serves: PlanServes };
  readonly replica: ReplicaModel;
  /** All replicas of the plan, this one with them. */
  readonly among: AskedReplicas;
}

/** What each replica with a workload serves: by the model's name, in the plan's order. Traces are not read. */
export function replicasServe(
  file: string,
  plan: PlanDocument,
  { models }: Pick<FleetProblem, "models">,
): readonly Served[] {
  const specs = new Map(models.map(({ spec }) => [spec.id, spec]));
  const among = askedReplicas({ file, plan, models: specs });
  return among.replicas.map((replica) => ({
    replica,
    among,
    deployment: {
      ...replica.deployment,
      serves: servesOf(replica.serving, replica.workload.targets),
    },
  }));
}

/** What one replica serves at the most, and as long as all its targets are met. */
export function servesOf(serving: ServingModel, targets: readonly LatencyTarget[]): PlanServes {
  return {
    mostRequestsPerSecond: serving.mostRate,
    withinTargetsPerSecond: Math.min(serving.mostRate, ...targetRates(serving, targets)),
  };
}

/** Requests a second up to which it meets each of these targets by itself. */
export function targetRates(
  serving: ServingModel,
  targets: readonly LatencyTarget[],
): readonly number[] {
  return targets.map((target) => breakingRate(serving, target));
}
