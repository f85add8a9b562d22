import type { ServingModel } from "../../capacity/serving-model.ts";
import { slowed } from "../../capacity/slowed.ts";
import type { SpeedBounds } from "../../capacity/speed-constants.ts";
import type { SpeedSetting } from "../../capacity/speed-setting.ts";
import { servingModel } from "../../capacity/throughput.ts";
import type { Workload } from "../../capacity/workload.ts";
import { speedRow } from "../../catalog/speed-catalog.ts";
import type { ModelSpec } from "../../model/model.ts";
import type { PlanDeployment, PlanDocument } from "../plan-document.ts";
import { deploymentLimits, deploymentSpeed, specOf } from "./deployment-speed.ts";

/** One replica of a plan with the workload that its model gets. */
export interface ReplicaModel {
  readonly deployment: PlanDeployment;
  readonly setting: SpeedSetting;
  readonly workload: Workload;
  readonly serving: ServingModel;
  /** How much longer its steps take because of other engines on its cards. */
  readonly slowdown: number;
  readonly bounds: SpeedBounds;
}

export function replicaModel(
  file: string,
  plan: PlanDocument,
  given: {
    readonly deployment: PlanDeployment;
    readonly model: ModelSpec;
    readonly workload: Workload;
  },
): ReplicaModel {
  const { deployment, model, workload } = given;
  const setting = deploymentSpeed(file, plan, deployment, model);
  return {
    deployment,
    setting,
    workload,
    serving: servingModel(setting, deploymentLimits(deployment), workload),
    slowdown: 1,
    bounds: boundsOf(file, plan, deployment),
  };
}

/** The bounds of the card that is known least well. */
function boundsOf(file: string, plan: PlanDocument, deployment: PlanDeployment): SpeedBounds {
  const rows = plan.gpus
    .filter(({ id }) => deployment.gpus.includes(id))
    .map((gpu) => speedRow(deployment.engine.id, specOf(file, gpu).architecture).bounds);
  const widest = (metric: keyof SpeedBounds): readonly [number, number] => [
    Math.min(...rows.map((row) => row[metric][0])),
    Math.max(...rows.map((row) => row[metric][1])),
  ];
  return { tpot: widest("tpot"), ttft: widest("ttft") };
}

/**
 * The replicas of all models, each slowed by the engines that share its cards: a card that another engine keeps busy
 * for a share of the time gives a step so much later. `busy` is each model's utilisation when it has its cards alone.
 */
export function sharedCards(
  replicas: readonly ReplicaModel[],
  busy: ReadonlyMap<string, number>,
): readonly ReplicaModel[] {
  const on = new Map<string, ReplicaModel[]>();
  for (const replica of replicas) {
    for (const gpu of replica.deployment.gpus) {
      on.set(gpu, [...(on.get(gpu) ?? []), replica]);
    }
  }
  return replicas.map((replica) => {
    const slowdown = 1 + Math.max(...replica.deployment.gpus.map((gpu) => othersOn(gpu, replica)));
    if (slowdown === 1) {
      return replica;
    }
    const setting = slowed(replica.setting, slowdown);
    return {
      ...replica,
      slowdown,
      serving: servingModel(setting, deploymentLimits(replica.deployment), replica.workload),
    };
  });

  function othersOn(gpu: string, self: ReplicaModel): number {
    return (on.get(gpu) ?? [])
      .filter((other) => other !== self)
      .reduce((sum, { deployment }) => sum + Math.min(1, busy.get(deployment.model) ?? 0), 0);
  }
}
