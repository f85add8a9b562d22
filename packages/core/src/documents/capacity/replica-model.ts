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
  /** Cards for which times of its engine are not known from enough measurements. */
  readonly unmeasured: readonly Unmeasured[];
}

/** An engine on an architecture of cards, and which of its times are bound by what is known of all. */
export interface Unmeasured {
  readonly engine: string;
  readonly architecture: string;
  /** Nothing was measured, so that the constants are those of all rows too. */
  readonly isAny: boolean;
  readonly metrics: readonly (keyof SpeedBounds)[];
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
    ...knownOf(file, plan, deployment),
  };
}

/** The bounds of the card that is known least well, and which cards are known too little. */
function knownOf(
  file: string,
  plan: PlanDocument,
  { gpus, engine }: PlanDeployment,
): Pick<ReplicaModel, "bounds" | "unmeasured"> {
  const architectures = plan.gpus
    .filter(({ id }) => gpus.includes(id))
    .map((gpu) => specOf(file, gpu).architecture);
  const rows = [...new Set(architectures)].map((architecture) => ({
    architecture,
    row: speedRow(engine.id, architecture),
  }));
  const widest = (metric: keyof SpeedBounds): readonly [number, number] => [
    Math.min(...rows.map(({ row }) => row.bounds[metric][0])),
    Math.max(...rows.map(({ row }) => row.bounds[metric][1])),
  ];
  return {
    bounds: { tpot: widest("tpot"), ttft: widest("ttft") },
    unmeasured: rows
      .filter(({ row }) => row.ofAllRows.length > 0)
      .map(({ architecture, row }) => ({
        engine: engine.id,
        architecture,
        isAny: row.architecture !== architecture,
        metrics: row.ofAllRows,
      })),
  };
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
