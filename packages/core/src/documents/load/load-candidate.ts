import type { Fleet } from "../../hardware/fleet.ts";
import { type Candidate, candidateOf } from "../../placement/candidate.ts";
import type { CardClass } from "../../placement/card-classes.ts";
import type { StageCards } from "../../placement/layout.ts";
import { variantsOf } from "../../placement/model-variants.ts";
import { type PlacedReplica, peersIn, placedReplica } from "../../placement/place-fleet.ts";
import type { PlannedModel } from "../../placement/planned-model.ts";
import type { PlanDeployment } from "../plan-document.ts";

/** The cards of a fleet as the planner puts them together. */
export interface KnownCards {
  readonly fleet: Fleet;
  readonly classes: readonly CardClass[];
}

/** A replica as the planner would price it with the settings of this model: on the same cards, cut the same way. */
export function pricedAgain(
  deployment: PlanDeployment,
  model: PlannedModel,
  { fleet, classes }: KnownCards,
  variant = 0,
): Candidate {
  const variants = variantsOf(model);
  const { model: chosen, name } = variants[variant] ?? variants[0] ?? { model, name: "" };
  const { tp, pp, ep, stageLayers, gpus, quantization } = deployment;
  const stages = Array.from({ length: pp }, (_, stage) =>
    stageCards(gpus.slice(stage * tp, (stage + 1) * tp), classes),
  );
  const weights = chosen.weights.find((own) => own.quantization === quantization);
  if (weights === undefined) {
    throw new Error(`${model.name} is planned in ${quantization}, which it may not run in`);
  }
  return candidateOf(
    {
      model: chosen,
      weights,
      variant: name,
      preference: 0,
      layout: { tp, pp, stages },
      peers: peersIn(fleet)(stages.flat().map(({ cardClass }) => cardClass)),
      known: new Map(),
      leastLinks: () => 0,
    },
    { tp, pp, ep, stageLayers },
  );
}

/** Which of the model's choices of settings a deployment runs with. */
export function variantOf(model: PlannedModel, deployment: PlanDeployment): number {
  const { kvCacheDtype, ep, maxNumTokens, maxBatchSize } = deployment;
  const found = variantsOf(model).findIndex(
    ({ model: own }) =>
      own.kvCacheDtype === kvCacheDtype &&
      own.ep === ep &&
      own.limits.maxNumTokens === maxNumTokens &&
      own.limits.maxBatchSize === maxBatchSize,
  );
  return Math.max(0, found);
}

/** What a candidate needs of each of its cards to serve so many sequences; in the order of the cards. */
export function needOf(candidate: Candidate, sequences: number): readonly number[] {
  return candidate.option.stages.flatMap(({ ranks, fixed, perSequence }) =>
    Array.from({ length: ranks }, () => fixed + sequences * perSequence),
  );
}

/** The candidate on the cards of a deployment, with so many sequences. */
export function placedAgain(
  candidate: Candidate,
  { model, replica, gpus: cards }: PlanDeployment,
  { fleet, sequences }: { readonly fleet: Fleet; readonly sequences: number },
): PlacedReplica {
  const option = candidate.option.id;
  return placedReplica(candidate, { model, replica, option, cards, sequences }, fleet);
}

/** Cards of one class together, in the order in which classes first come: as a layout has them. */
function stageCards(cards: readonly string[], classes: readonly CardClass[]): StageCards {
  const ranks = new Map<CardClass, number>();
  for (const card of cards) {
    const own = classes.find(({ gpus }) => gpus.some(({ id }) => id === card));
    if (own === undefined) {
      throw new Error(`the plan uses ${card}, which the fleet does not have`);
    }
    ranks.set(own, (ranks.get(own) ?? 0) + 1);
  }
  return [...ranks].map(([cardClass, count]) => ({ cardClass, ranks: count }));
}
