import type { PlanDeployment, PlanTransition } from "../documents/plan-document.ts";
import { transitionTo } from "../documents/staying/transition.ts";

/**
 * From what runs on a host to what a plan wants there: who is left alone, and one stop or start after another, so that
 * no card ever has to hold more than it has. As few engines as possible are started again.
 */
export function launchChanges(
  running: readonly PlanDeployment[],
  wanted: readonly PlanDeployment[],
): PlanTransition {
  return transitionTo(wanted, { running, lost: [], moveCost: 0, mayStay: true });
}
