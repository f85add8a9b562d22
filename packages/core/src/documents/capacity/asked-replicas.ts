import type { PlanDeployment } from "../plan-document.ts";
import { countableRate } from "../workload/countable-rate.ts";
import { mostRate } from "./model-capacity.ts";
import type { CapacityInput } from "./plan-capacity.ts";
import { type ReplicaModel, replicaModel, sharedCards } from "./replica-model.ts";
import { type AskedWorkload, workloadOf } from "./workload-of.ts";

/** The models of a plan, what each is asked to serve, and its replicas as they serve it. */
export interface AskedReplicas {
  /** All models of the plan, and of these the ones that are to be answered and have a workload. */
  readonly names: readonly string[];
  readonly answered: readonly string[];
  readonly asked: ReadonlyMap<string, AskedWorkload>;
  /** All replicas with a workload, as if each had its cards for itself. */
  readonly alone: readonly ReplicaModel[];
  /** All replicas with a workload, slowed by those that share their cards. */
  readonly replicas: readonly ReplicaModel[];
}

/** Where nobody gives a rate, the share of the most that a model can serve. */
export const USUAL_SHARE = 0.8;

/** Throws an InputError for cards or engines that the catalogue lacks. */
export function askedReplicas(input: CapacityInput): AskedReplicas {
  const { plan, only } = input;
  const names = [...new Set(plan.deployments.map(({ model }) => model))];
  const asked = new Map(
    names.flatMap((name) => {
      const found = askedOf(input, name);
      return found === undefined ? [] : [[name, found] as const];
    }),
  );
  const alone = aloneOf(input, asked);
  return {
    names,
    answered: names.filter((name) => asked.has(name) && (only ?? name) === name),
    asked,
    alone,
    replicas: beside(alone, asked),
  };
}

/** The replicas that are left when some of `alone` end: these take no more of the cards, and what they served falls to the others. */
export function replicasWithout(
  { alone, asked }: AskedReplicas,
  ended: ReadonlySet<ReplicaModel>,
): readonly ReplicaModel[] {
  return beside(
    alone.filter((replica) => !ended.has(replica)),
    asked,
  );
}

/** What a model of the plan is asked to serve, with or without a place; undefined where nobody says. */
export function askedOf(
  { file, plan, change = {}, traces, only }: CapacityInput,
  name: string,
): AskedWorkload | undefined {
  const own = plan.workloads?.find(({ model }) => model === name);
  const trace = own?.trace === undefined ? undefined : traces?.get(own.trace);
  const isChanged = only === undefined || only === name;
  const found = workloadOf(own, isChanged ? change : {}, trace);
  if (found !== undefined) {
    countableRate({ file, key: `workload of ${name}` }, found.workload.arrivals.rate);
  }
  return found;
}

function aloneOf(
  { file, plan, models }: CapacityInput,
  asked: AskedReplicas["asked"],
): readonly ReplicaModel[] {
  return plan.deployments.flatMap((deployment: PlanDeployment) => {
    const workload = asked.get(deployment.model)?.workload;
    const model = models.get(deployment.source);
    return workload === undefined || model === undefined
      ? []
      : [replicaModel(file, plan, { deployment, model, workload })];
  });
}

function beside(
  alone: readonly ReplicaModel[],
  asked: AskedReplicas["asked"],
): readonly ReplicaModel[] {
  const busy = new Map(
    [...asked].map(([name, one]) => {
      const most = mostRate(alone.filter(({ deployment }) => deployment.model === name));
      return [name, most > 0 ? rateOf(one, most) / most : 1] as const;
    }),
  );
  return sharedCards(alone, busy);
}

/** Requests a second: what somebody said, or a share of the most. */
export function rateOf({ hasRate, workload }: AskedWorkload, most: number): number {
  return hasRate ? workload.arrivals.rate : most * USUAL_SHARE;
}
