import type { ModelSpec } from "../../model/model.ts";
import { InputError } from "../../report/errors.ts";
import type { PlanDocument } from "../plan-document.ts";
import type { Trace } from "../workload/trace.ts";
import type { FleetCosts } from "../workload/workload-types.ts";
import { afterLosses } from "./after-loss.ts";
import { type AskedReplicas, askedReplicas, rateOf, USUAL_SHARE } from "./asked-replicas.ts";
import type { CapacityDocument, ModelCapacity } from "./capacity-document.ts";
import { energyOf } from "./energy.ts";
import type { EnergyCost } from "./energy-cost.ts";
import { lengthWarnings } from "./length-warnings.ts";
import { lossWarnings } from "./loss-warnings.ts";
import { measuredWarnings } from "./measured-warnings.ts";
import { modelCapacity, mostRate } from "./model-capacity.ts";
import { traceWarnings } from "./trace-warnings.ts";
import { isUnplacedAsked, unplacedCapacity } from "./unplaced-capacity.ts";
import type { WorkloadChange } from "./workload-of.ts";

/** What is asked of a plan: which model, and what stands in for its workload. */
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
export const USUAL_PERCENTILES: readonly number[] = [0.5, 0.95];

/**
 * What a plan's models serve, and how fast, in closed form; those without a place serve nothing. Throws an InputError
 * where no model has a workload, and for cards or engines that the catalogue lacks.
 */
export function planCapacity(input: CapacityInput): CapacityDocument {
  const all = askedReplicas(input);
  if (all.answered.length === 0 && !isUnplacedAsked(input)) {
    throw new InputError(
      { file: input.file },
      "expected a workload with the lengths of prompts and outputs: in the fleet file that the plan is made from, or by --prompt and --output",
    );
  }
  const models = all.answered.flatMap((name) => answerOf(input, name, all));
  return {
    schema: "berth/capacity@1",
    models,
    unplaced: unplacedCapacity(input),
    fleet: fleetOf(input, models),
    warnings: [
      ...warningsOf(all),
      ...lengthWarnings(all),
      ...lossWarnings(input, models),
      ...measuredWarnings(all),
      ...traceWarnings(input.plan, all),
    ],
  };
}

function answerOf(
  input: CapacityInput,
  name: string,
  everything: AskedReplicas,
): readonly ModelCapacity[] {
  const { asked, replicas } = everything;
  const [first, ...others] = replicas.filter(({ deployment }) => deployment.model === name);
  const own = asked.get(name);
  if (first === undefined || own === undefined) {
    return [];
  }
  const all = [first, ...others] as const;
  const cards = all.flatMap(({ deployment }) => deployment.gpus);
  const rate = rateOf(own, mostRate(all));
  return [
    modelCapacity([first, ...others], {
      rate,
      afterLoss: afterLosses(input.plan, everything, { name, rate }),
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

function warningsOf({ names, asked, replicas }: AskedReplicas): readonly string[] {
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
    ...[...asked]
      .filter(([, { hasNoTimes }]) => hasNoTimes)
      .map(
        ([name]) =>
          `${name}: all requests of its trace come at one time, so that it tells their lengths alone; they are taken to come as Poisson's`,
      ),
    ...(shared.size === 0
      ? []
      : [`${[...shared].join(", ")}: cards are shared, and each engine is taken to wait its turn`]),
  ];
}
