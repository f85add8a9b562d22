import { importPreset } from "../../packages/core/src/catalog/catalog.ts";
import type { CapacityInput } from "../../packages/core/src/documents/capacity/plan-capacity.ts";
import { parseFleetFile } from "../../packages/core/src/documents/fleet-file.ts";
import { planFleet } from "../../packages/core/src/documents/plan-fleet.ts";

/** What `berth capacity` is asked of the plan of a fleet file. */
export async function plannedInput(fleet: string): Promise<CapacityInput> {
  const file = "fleet.yaml";
  const plan = await planFleet({ file, fleet: parseFleetFile(file, fleet) });
  const models = plan.deployments.flatMap(({ source }) => {
    const model = importPreset(source);
    return model === undefined ? [] : [[source, model] as const];
  });
  return { file: "plan.json", plan, models: new Map(models) };
}
