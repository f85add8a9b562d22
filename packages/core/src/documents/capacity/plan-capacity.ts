import type { ModelSpec } from "../../model/model.ts";
import { InputError } from "../../report/errors.ts";
import type { PlanDeployment, PlanDocument } from "../plan-document.ts";
import type { Trace } from "../workload/trace.ts";
import type { FleetCosts } from "../workload/workload-types.ts";
import type { CapacityDocument, EnergyCost, ModelCapacity } from "./capacity-document.ts";
import { energyOf } from "./energy.ts";
import { modelCapacity, mostRate } from "./model-capacity.ts";
import { type ReplicaModel, replicaModel, sharedCards } from "./replica-model.ts";
import { type AskedWorkload, type WorkloadChange, workloadOf } from "./workload-of.ts";

export interface CapacityInput {
  /** Name of the plan file, for messages. */
  readonly file: string;
  readonly plan: PlanDocument;
  /** Models by the `source` of their deployments. */
  readonly models: ReadonlyMap<string, ModelSpec>;
  /** Traces by the names that the plan's workloads give them. */
  readonly traces?: ReadonlyMap<string, Trace>;
  /** Only this model is answered, and changed; the others keep their cards busy as before. */
  readonly only?: string;
  /** What stands in for the plan's workloads. */
  readonly change?: WorkloadChange;
  /** In (0, 1). */
  readonly percentiles?: readonly number[];
  /** Prices that stand in for the plan's. */
  readonly costs?: FleetCosts;
}

/** Percentiles that are told when none are asked for. */
const USUAL_PERCENTILES = [0.5, 0.95];
/** Where nobody gives a rate, the share of the most that a model can serve. */
const USUAL_SHARE = 0.8;

/**
 * What a plan's models serve, and how fast, in closed form. Throws an InputError where no model has a workload, and
 * for cards or engines that the catalogue lacks.
 */
export function planCapacity(input: CapacityInput): CapacityDocument {
  const { file, plan } = input;
  const names = [...new Set(plan.deployments.map(({ model }) => model))];
  const asked = new Map(
    names.flatMap((name) => {
      const found = askedOf(input, name);
      return found === undefined ? [] : [[name, found] as const];
    }),
  );
  if (!names.some((name) => asked.has(name) && (input.only ?? name) === name)) {
    throw new InputError(
      { file },
      "expected a workload: in the fleet file that the plan is made from, or by --prompt and --output",
    );
  }
  const replicas = replicasOf(input, asked);
  const models = names
    .filter((name) => input.only === undefined || input.only === name)
    .flatMap((name) => answerOf(input, name, { asked, replicas }));
  return {
    schema: "berth/capacity@1",
    models,
    fleet: fleetOf(input, models),
    warnings: warningsOf(names, asked, replicas),
  };
}

type Asked = ReadonlyMap<string, AskedWorkload>;

function askedOf(
  { plan, change = {}, traces, only }: CapacityInput,
  name: string,
): AskedWorkload | undefined {
  const own = plan.workloads?.find(({ model }) => model === name);
  const trace = own?.trace === undefined ? undefined : traces?.get(own.trace);
  const isChanged = only === undefined || only === name;
  return workloadOf(own, isChanged ? change : {}, trace);
}

/** All replicas with a workload, slowed by those that share their cards. */
function replicasOf(input: CapacityInput, asked: Asked): readonly ReplicaModel[] {
  const { file, plan, models } = input;
  const alone = plan.deployments.flatMap((deployment: PlanDeployment) => {
    const workload = asked.get(deployment.model)?.workload;
    const model = models.get(deployment.source);
    return workload === undefined || model === undefined
      ? []
      : [replicaModel(file, plan, { deployment, model, workload })];
  });
  const busy = new Map(
    [...asked].map(([name, one]) => {
      const most = mostRate(alone.filter(({ deployment }) => deployment.model === name));
      return [name, most > 0 ? rateOf(one, most) / most : 1] as const;
    }),
  );
  return sharedCards(alone, busy);
}

function rateOf({ hasRate, workload }: AskedWorkload, most: number): number {
  return hasRate ? workload.arrivals.rate : most * USUAL_SHARE;
}

function answerOf(
  input: CapacityInput,
  name: string,
  { asked, replicas }: { readonly asked: Asked; readonly replicas: readonly ReplicaModel[] },
): readonly ModelCapacity[] {
  const [first, ...others] = replicas.filter(({ deployment }) => deployment.model === name);
  const own = asked.get(name);
  if (first === undefined || own === undefined) {
    return [];
  }
  const all = [first, ...others] as const;
  const cards = all.flatMap(({ deployment }) => deployment.gpus);
  return [
    modelCapacity([first, ...others], {
      rate: rateOf(own, mostRate(all)),
      percentiles: input.percentiles ?? USUAL_PERCENTILES,
      energy: (tokens) => energyOf(input, { cards, tokensPerSecond: tokens }),
    }),
  ];
}

function fleetOf(
  input: CapacityInput,
  models: readonly ModelCapacity[],
): CapacityDocument["fleet"] {
  const total = (of: (model: ModelCapacity) => number): number =>
    models.reduce((sum, model) => sum + of(model), 0);
  const inputTokens = total((model) => model.inputTokensPerSecond);
  const outputTokens = total((model) => model.outputTokensPerSecond);
  const answered = new Set(models.map(({ model }) => model));
  const used = input.plan.deployments
    .filter(({ model }) => answered.has(model))
    .flatMap(({ gpus }) => gpus);
  const energy: EnergyCost = energyOf(input, {
    cards: used,
    tokensPerSecond: inputTokens + outputTokens,
  });
  return {
    requestsPerSecond: total((model) =>
      Math.min(model.requestsPerSecond, model.mostRequestsPerSecond),
    ),
    inputTokensPerSecond: inputTokens,
    outputTokensPerSecond: outputTokens,
    energy,
  };
}

function warningsOf(
  names: readonly string[],
  asked: Asked,
  replicas: readonly ReplicaModel[],
): readonly string[] {
  const shared = new Set(
    replicas.filter(({ slowdown }) => slowdown > 1).map(({ deployment }) => deployment.model),
  );
  return [
    ...names
      .filter((name) => !asked.has(name))
      .map((name) => `${name} has no workload: its share of its cards is not counted`),
    ...[...asked]
      .filter(([, { hasRate }]) => !hasRate)
      .map(([name]) => `${name} has no rate: shown at ${100 * USUAL_SHARE} % of what it can serve`),
    ...(shared.size === 0
      ? []
      : [`${[...shared].join(", ")}: cards are shared, and each engine is taken to wait its turn`]),
  ];
}
