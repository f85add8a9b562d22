import type { PlanDocument, PlanGpu } from "@berth/core";
import type { GroupLinks } from "../../state/group-links.ts";
import type { PlannerState } from "../../state/planner-store.ts";
import { remembered } from "../../state/remembered.ts";
import { cardsShown } from "../../state/selectors.ts";
import { type Lanes, linkLanes, NO_LANES } from "../../viz/link-lanes.ts";

/** The lines beside the cards; dots alone until the links of the plan are known. */
export function lanesShown(state: PlannerState): Lanes {
  return lanesOf(cardsShown(state), state.planning.plan, state.links);
}

const lanesOf = remembered(
  (
    gpus: readonly PlanGpu[],
    plan: PlanDocument | undefined,
    links: GroupLinks | undefined,
  ): Lanes =>
    plan === undefined
      ? NO_LANES
      : linkLanes(gpus, plan.deployments, links?.plan === plan ? links : undefined),
);
