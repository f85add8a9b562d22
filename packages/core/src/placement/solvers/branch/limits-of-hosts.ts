import type { FleetIndex } from "../fleet-index.ts";
import { powerLimits } from "./power-limits.ts";
import type { AskedModel, Limit } from "./question.ts";
import { spreadLimits } from "./spread-limits.ts";

/** What holds for hosts in every layout of these models. */
export function limitsOfHosts(fleet: FleetIndex, models: readonly AskedModel[]): readonly Limit[] {
  return [...spreadLimits(fleet, models), ...powerLimits(fleet)];
}
