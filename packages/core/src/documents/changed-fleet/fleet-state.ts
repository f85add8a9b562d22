import type { CapacityDocument, ModelCapacity } from "../capacity/capacity-document.ts";
import type { PlanDeployment, PlanDocument } from "../plan-document.ts";
import { outlivedOf } from "./outlived.ts";
import { replicaLayouts } from "./replica-layouts.ts";
import type { FleetState, ModelState } from "./whatif-document.ts";

/** What a plan comes to, with what it serves where that is known; `mortal` are the models that are to outlive a loss. */
export function fleetState(
  plan: PlanDocument,
  capacity: CapacityDocument | undefined,
  mortal: readonly string[],
): FleetState {
  const { deployments, unplaced } = plan;
  const models = capacity?.models ?? [];
  const targets = models.flatMap((model) => model.targets);
  return {
    status: plan.status,
    cards: plan.gpus.length,
    placed: new Set(deployments.map(({ model }) => model)).size,
    unplaced: unplaced.map(({ model }) => model),
    worstShare: unplaced.length > 0 ? 0 : plan.objective.value,
    sequences: sum(deployments, (one) => one.concurrentSequences),
    kvTokens: sum(deployments, ({ kv }) => kv.tokens),
    ...costOf(capacity),
    ...(models.length === 0 ? {} : { mostTokensPerSecond: sum(models, mostTokens) }),
    ...(targets.length === 0
      ? {}
      : { targets: targets.length, targetsMet: targets.filter(({ isMet }) => isMet).length }),
    ...(models.length === 0 ? {} : { served: models.filter(({ isServed }) => isServed).length }),
    ...outlivedOf(plan, mortal),
  };
}

function costOf(capacity: CapacityDocument | undefined): Pick<FleetState, "costPerMillionTokens"> {
  const cost = capacity?.fleet.energy.costPerMillionTokens;
  return cost === undefined ? {} : { costPerMillionTokens: cost };
}

/** What a model has in a plan; undefined where it has no place. */
export function modelState(
  name: string,
  plan: PlanDocument,
  capacity: CapacityDocument | undefined,
): ModelState | undefined {
  const own = plan.deployments.filter(({ model }) => model === name);
  const [first] = own;
  return first === undefined
    ? undefined
    : {
        ...placeOf(first, own, plan),
        ...servedOf(capacity?.models.find(({ model }) => model === name)),
      };
}

function placeOf(
  first: PlanDeployment,
  own: readonly PlanDeployment[],
  { gpus }: Pick<PlanDocument, "gpus">,
): ModelState {
  return {
    replicas: own.length,
    layouts: replicaLayouts(own, gpus),
    quantization: first.quantization,
    tp: first.tp,
    pp: first.pp,
    gpus: own.flatMap(({ gpus }) => gpus),
    sequences: sum(own, (one) => one.concurrentSequences),
    kvTokens: sum(own, ({ kv }) => kv.tokens),
  };
}

function servedOf(served: ModelCapacity | undefined): Partial<ModelState> {
  return served === undefined
    ? {}
    : {
        requestsPerSecond: served.requestsPerSecond,
        mostRequestsPerSecond: served.mostRequestsPerSecond,
        mostTokensPerSecond: mostTokens(served),
        isServed: served.isServed,
        ...(served.targets.length === 0
          ? {}
          : {
              targets: served.targets.length,
              targetsMet: served.targets.filter(({ isMet }) => isMet).length,
            }),
      };
}

/** Output tokens a second at the most: those of a request, at the rate that it can serve. */
function mostTokens(model: ModelCapacity): number {
  const served = Math.min(model.requestsPerSecond, model.mostRequestsPerSecond);
  return served > 0 ? (model.outputTokensPerSecond / served) * model.mostRequestsPerSecond : 0;
}

function sum<T>(all: readonly T[], of: (one: T) => number): number {
  return all.reduce((total, one) => total + of(one), 0);
}
