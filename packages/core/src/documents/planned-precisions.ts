import { canRun } from "../engine/engine.ts";
import type { Fleet } from "../hardware/fleet.ts";
import { QUANTIZATIONS, type Quantization, type StoredWeights } from "../model/quantization.ts";
import { mayUse } from "../placement/card-classes.ts";
import type { PlannedModel } from "../placement/planned-model.ts";
import { weightsOf } from "./estimate-request.ts";
import type { FleetModel } from "./fleet-file-types.ts";

/** Precisions to choose from; "auto" is every one that some card it may use can run, the finest first. */
export function precisionsOf(
  { file, key, model }: { readonly file: string; readonly key: string; readonly model: FleetModel },
  planned: PlannedModel,
  cards: Fleet,
): readonly StoredWeights[] {
  const place = `${file}: ${key}`;
  if (model.quantization === undefined) {
    return [planned.spec.stored];
  }
  const asked =
    model.quantization === "auto" ? runnable(planned, cards) : [model.quantization].flat();
  return asked.map((quantization) => weightsOf(place, planned.spec, quantization));
}

/**
 * Every precision that some card the model may use can run, the finest first: FP16 only where BF16 can't, GGUF
 * only for a GGUF file, whose own table says how large each tensor is.
 */
export function runnable(planned: PlannedModel, cards: Fleet): readonly Quantization[] {
  const capabilities = new Set(
    cards.gpus.filter((gpu) => mayUse(planned, gpu)).map((gpu) => gpu.computeCapability),
  );
  const runs = (quantization: Quantization): boolean =>
    [...capabilities].some((capability) => canRun(planned.engine, quantization, capability));
  return QUANTIZATIONS.filter(
    (quantization) =>
      runs(quantization) &&
      (quantization !== "fp16" || !runs("bf16")) &&
      (quantization !== "gguf" || planned.spec.stored.quantization === "gguf"),
  );
}
