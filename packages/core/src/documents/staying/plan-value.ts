import type { Fleet } from "../../hardware/fleet.ts";
import { variantsOf } from "../../placement/model-variants.ts";
import type { PlannedModel } from "../../placement/planned-model.ts";
import { leastTogether } from "../../placement/survive.ts";
import { linksOf } from "../../placement/with-links.ts";
import type { FleetGoal } from "../goal/fleet-goal.ts";
import type { PlanDeployment } from "../plan-document.ts";

interface GoalValue {
  readonly id: FleetGoal["id"];
  readonly value: number;
}

/** How good a plan is, by the objective's stages: the same as `placement/solve.ts` counts them. */
export interface PlanValue {
  /** Models placed at each priority, the highest first. */
  readonly placed: readonly number[];
  /** Of what each placed model wants, the part that it gets; least first. */
  readonly shares: readonly number[];
  readonly sequences: number;
  /** What rates and the objective ask for, in turn. */
  readonly goals: readonly GoalValue[];
  readonly precision: number;
  readonly cards: number;
  /** Weak links that the replicas' ranks cross. */
  readonly links: number;
  /** GPU models beyond one, added up over the replicas. */
  readonly mixing: number;
}

/** How good these deployments are; by these goals as well. */
export function planValue(
  { models, fleet }: { readonly models: readonly PlannedModel[]; readonly fleet: Fleet },
  deployments: readonly PlanDeployment[],
  goals: readonly FleetGoal[] = [],
): PlanValue {
  const served = models.flatMap((model) => {
    const own = deployments.filter((deployment) => deployment.model === model.name);
    const each = Math.min(...own.map(({ concurrentSequences }) => concurrentSequences));
    return own.length === 0
      ? []
      : [{ model, sequences: Math.min(wantedOf(model), own.length * each) }];
  });
  const priorities = [...new Set(models.map(({ priority }) => priority))].sort((a, b) => b - a);
  return {
    placed: priorities.map(
      (priority) => served.filter(({ model }) => model.priority === priority).length,
    ),
    shares: served.map(({ model, sequences }) => sequences / wantedOf(model)).sort((a, b) => a - b),
    sequences: served.reduce((sum, { sequences }) => sum + sequences, 0),
    goals: goals.map((goal) => ({
      id: goal.id,
      value: goal.valueOf({ models, fleet }, deployments),
    })),
    precision: deployments.reduce((sum, deployment) => sum + stepsBelow(deployment, models), 0),
    cards: new Set(deployments.flatMap(({ gpus }) => gpus)).size,
    links: linksOf(
      deployments.map(({ tp, gpus }) => ({ tp, cards: gpus })),
      fleet,
    ),
    mixing: mixingOf(deployments, fleet),
  };
}

/** Sequences beyond which a model's share grows no more. */
export function wantedOf(model: PlannedModel): number {
  const least = leastTogether(model);
  return Math.max(1, Number.isFinite(least) ? least : model.least, model.wanted);
}

/** Positive where `a` is better, at the first stage in which they differ. */
export function compareValues(a: PlanValue, b: PlanValue): number {
  return (
    comparePlaced(a, b) ||
    firstDifference(a.shares, b.shares) ||
    a.sequences - b.sequences ||
    goalGain(a, b) ||
    precisionAndCards(a, b) ||
    b.links - a.links ||
    b.mixing - a.mixing
  );
}

/** Positive where `a` places more models at the first priority at which they differ. */
export function comparePlaced(a: PlanValue, b: PlanValue): number {
  return firstDifference(a.placed, b.placed);
}

/** By how much `a` gives more, in the first place from the bottom in which the shares differ. */
export function shareGain(a: PlanValue, b: PlanValue): number {
  return firstDifference(a.shares, b.shares);
}

/**
 * By what part of a goal's value in `b` the value in `a` is better, of the first goal in which they differ; of rates and
 * latency, by how much of them is missed less. 0 without a goal.
 */
export function goalGain(a: PlanValue, b: PlanValue): number {
  const found = a.goals.find(({ value }, i) => value !== b.goals[i]?.value);
  const other = b.goals.find(({ id }) => id === found?.id);
  return found === undefined || other === undefined ? 0 : gainOf(found, other.value);
}

function gainOf({ id, value }: GoalValue, than: number): number {
  switch (id) {
    case "rates":
    case "targets":
      return (than - value) / PERCENT;
    case "cost":
      return (than - value) / Math.max(than, Number.MIN_VALUE);
    default:
      return (value - than) / Math.max(than, Number.MIN_VALUE);
  }
}

const PERCENT = 100;

/** Precision goes before the number of cards; where these cost, after it. */
function precisionAndCards(a: PlanValue, b: PlanValue): number {
  const precision = b.precision - a.precision;
  const cards = b.cards - a.cards;
  return a.goals.some(({ id }) => id === "cost") ? cards || precision : precision || cards;
}

function firstDifference(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((value, i) => value !== b[i]);
  return at < 0 ? 0 : (a[at] ?? 0) - (b[at] ?? 0);
}

function mixingOf(deployments: readonly PlanDeployment[], { gpus }: Fleet): number {
  const kindOf = new Map(gpus.map(({ id, catalogId }) => [id, catalogId]));
  return deployments.reduce(
    (sum, deployment) => sum + new Set(deployment.gpus.map((id) => kindOf.get(id))).size - 1,
    0,
  );
}

/** How far a replica is below what its model likes best: down its list of precisions and those of its settings. */
function stepsBelow(deployment: PlanDeployment, models: readonly PlannedModel[]): number {
  const model = models.find(({ name }) => name === deployment.model);
  if (model === undefined) {
    return 0;
  }
  const position = model.weights.findIndex(
    ({ quantization }) => quantization === deployment.quantization,
  );
  const variant = variantsOf(model).find(({ model: { kvCacheDtype, ep, limits } }) =>
    [
      kvCacheDtype === deployment.kvCacheDtype,
      ep === deployment.ep,
      limits.maxNumTokens === deployment.maxNumTokens,
      limits.maxBatchSize === deployment.maxBatchSize,
    ].every(Boolean),
  );
  return Math.max(0, position) + (variant?.steps ?? 0);
}
