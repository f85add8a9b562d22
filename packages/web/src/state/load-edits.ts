import { concurrencyFor, type LoadPoint } from "@berth/core/changes";
import { changeModel } from "./fleet-edits.ts";
import { parseFleet } from "./parse-fleet.ts";

/** The fleet with another load for a model: `point` is what each of its replicas is to hold. */
export function applyLoad(fleet: string, name: string, point: LoadPoint): string {
  const model = parseFleet(fleet).fleet.models.find((one) => one.name === name);
  return model === undefined
    ? fleet
    : changeModel(fleet, name, {
        maxSeqLen: point.maxSeqLen,
        concurrency: concurrencyFor(model, point.sequences * (model.replicas ?? 1)),
      });
}
