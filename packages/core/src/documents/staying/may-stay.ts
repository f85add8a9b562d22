import type { Fleet } from "../../hardware/fleet.ts";
import { mayUse } from "../../placement/card-classes.ts";
import { variantsOf } from "../../placement/model-variants.ts";
import type { PlannedModel } from "../../placement/planned-model.ts";
import { leastEach } from "../../placement/survive.ts";
import type { FleetFile } from "../fleet-file-types.ts";
import { planChance } from "../plan-chance.ts";
import type { PlanDeployment } from "../plan-document.ts";

/** Chances that differ by less are the same. */
export const SAME_CHANCE = 1e-9;

/**
 * The running engines that the fleet file would accept as they are: model, engine, precision, layout, limits and
 * cards are among what it allows, and all replicas together can serve the model's least. One that alone is less likely
 * to hold than the whole plan is to be may not stay with what was planned for it.
 */
export function engineMayStay(
  running: PlanDeployment,
  {
    models,
    written,
    fleet,
    chanceWanted,
  }: {
    readonly models: readonly PlannedModel[];
    readonly written: FleetFile;
    readonly fleet: Fleet;
    readonly chanceWanted: number;
  },
): boolean {
  const model = models.find(({ name }) => name === running.model);
  const asked = written.models.find(({ name }) => name === running.model)?.maxBatchSize;
  return (
    model !== undefined &&
    isAsAsked(running, model) &&
    (asked === undefined || [asked].flat().includes(running.maxBatchSize)) &&
    planChance([running], fleet.gpus) >= chanceWanted - SAME_CHANCE &&
    running.gpus.every((id) => fleet.gpus.some((gpu) => gpu.id === id && mayUse(model, gpu)))
  );
}

function isAsAsked(running: PlanDeployment, model: PlannedModel): boolean {
  return [
    running.source === model.spec.id,
    running.storedQuantization === model.spec.stored.quantization,
    running.engine.id === model.engine.id && running.engine.version === model.version,
    model.weights.some(({ quantization }) => quantization === running.quantization),
    variantsOf(model).some(({ model: variant }) => hasSettings(running, variant)),
    model.tp.includes(running.tp) && model.pp.includes(running.pp),
    running.maxSeqLen === model.limits.maxSeqLen,
    running.tokensPerBlock === model.tokensPerBlock,
    running.replica < model.replicas,
    running.concurrentSequences >= leastEach(model),
  ].every(Boolean);
}

function hasSettings(running: PlanDeployment, model: PlannedModel): boolean {
  return (
    running.kvCacheDtype === model.kvCacheDtype &&
    running.ep === model.ep &&
    running.maxNumTokens === model.limits.maxNumTokens
  );
}
