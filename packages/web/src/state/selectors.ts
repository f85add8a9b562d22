import type { PlanGpu } from "@berth/core";
import { type ModelLook, modelLook } from "../viz/model-look.ts";
import { type RanksByCard, ranksByCard } from "../viz/segments.ts";
import type { OpenedPlan, PlannerState } from "./planner-store.ts";
import { remembered } from "./remembered.ts";

/** The plan that was opened from a file, as long as the page is as it was opened. */
export function openedShown({ opened, history }: PlannerState): OpenedPlan | undefined {
  return opened?.workspace === history.present ? opened : undefined;
}

/** The cards as the plan has them; before there is one, as the fleet file has them. */
export function cardsShown(state: PlannerState): readonly PlanGpu[] {
  const { planning, cards } = state;
  const opened = openedShown(state);
  if (opened !== undefined) {
    return opened.plan.gpus;
  }
  const { plan } = planning;
  return plan !== undefined && isOfSameCards(plan.gpus, cards.gpus) ? plan.gpus : cards.gpus;
}

/** A plan of an earlier state may have other cards. */
const isOfSameCards = remembered(
  (planned: readonly PlanGpu[], now: readonly PlanGpu[]): boolean =>
    now.length === 0 ||
    (planned.length === now.length && planned.every(({ id }, place) => id === now[place]?.id)),
);

const ranksOf = remembered(ranksByCard);

/** Who is on which card. */
export function ranksShown({ planning }: PlannerState): RanksByCard {
  return ranksOf(planning.plan);
}

const looksOf = remembered(
  (models: PlannerState["parsed"]["fleet"]["models"]): ReadonlyMap<string, ModelLook> =>
    new Map(models.map(({ name }, place) => [name, modelLook(place)])),
);

/** How each model looks, by its name. */
export function looksShown({ parsed }: PlannerState): ReadonlyMap<string, ModelLook> {
  return looksOf(parsed.fleet.models);
}

/** The memory of the largest card, which all bars are drawn to. */
export const largestCard = remembered((gpus: readonly PlanGpu[]): number =>
  gpus.reduce((most, { memoryBytes }) => Math.max(most, memoryBytes), 1),
);
