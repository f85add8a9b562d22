import { type MoveVerdict, moveVerdict, type PlanDocument } from "@berth/core";
import { pinMoved, pinTo } from "../../state/move-edits.ts";
import { TEXT } from "../../text/en.ts";
import type { Dragged, DropPlace } from "../../viz/dragged.ts";

/** What would come of a drop, in words; where the plan can't say, the solver will. */
export function verdictOf(
  plan: PlanDocument | undefined,
  dragged: Dragged,
  place: DropPlace,
): MoveVerdict {
  if (place.kind === "host") {
    return { fits: "fits", text: TEXT.move.toHost(place.name) };
  }
  if (dragged.kind === "rank" && plan !== undefined) {
    const { model, replica, rank } = dragged;
    const verdict = moveVerdict(plan, { model, replica, rank, to: place.id });
    if (verdict !== undefined) {
      return verdict;
    }
  }
  return onlyRank(plan, dragged, place.id) ?? { fits: "fits", text: TEXT.move.toCard(place.id) };
}

/** A model of one rank is that rank. */
function onlyRank(
  plan: PlanDocument | undefined,
  { model }: Dragged,
  to: string,
): MoveVerdict | undefined {
  const own = plan?.deployments.filter((deployment) => deployment.model === model) ?? [];
  const isSingle = own.length === 1 && own[0]?.ranks.length === 1;
  return plan !== undefined && isSingle
    ? moveVerdict(plan, { model, replica: own[0]?.replica ?? 0, rank: 0, to })
    : undefined;
}

/** The fleet after a drop: the model is pinned to where it was dropped. */
export function dropped(
  fleet: string,
  plan: PlanDocument | undefined,
  dragged: Dragged,
  place: DropPlace,
): string {
  if (place.kind === "host") {
    return pinTo(fleet, dragged.model, [place.name]);
  }
  if (dragged.kind === "model" || plan === undefined) {
    return pinTo(fleet, dragged.model, [place.id]);
  }
  const { model, replica, rank, from } = dragged;
  return from === place.id ? fleet : pinMoved(fleet, plan, { model, replica, rank, to: place.id });
}
