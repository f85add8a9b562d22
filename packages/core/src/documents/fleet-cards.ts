import { fleetOf } from "./fleet.ts";
import type { PlanGpu } from "./plan-document.ts";
import { planGpus } from "./plan-gpus.ts";
import type { PlanInput } from "./plan-problem.ts";

/**
 * The cards that a fleet file plans for, before anything is placed on them: what a page draws while there
 * is no plan. Throws an InputError for a card of which nothing is known, and where there is none.
 */
export function fleetCards({
  file,
  fleet,
  inventory,
}: Pick<PlanInput, "file" | "fleet" | "inventory">): readonly PlanGpu[] {
  return planGpus(fleetOf(file, fleet, inventory).gpus, []);
}
