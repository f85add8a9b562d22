import { canCache, canRun } from "../engine/engine.ts";
import type { Fleet } from "../hardware/fleet.ts";
import {
  KV_CACHE_DTYPES,
  type KvCacheDtype,
  kvBytesPerElement,
  type Quantization,
} from "../model/quantization.ts";
import { hasGroups } from "../model/weight-format.ts";
import { mayUse } from "../placement/card-classes.ts";
import type { PlannedModel } from "../placement/planned-model.ts";
import { weightsOf } from "./estimate-request.ts";
import { leastNeed } from "./least-need.ts";
import { runnable } from "./planned-precisions.ts";

/**
 * For each kind of card that the model may use, the smallest precision that runs there, and the smallest whose
 * scales no cut over ranks can split. Those that the model may use anyway are left out.
 */
export function smallerPrecisions(model: PlannedModel, fleet: Fleet): readonly Quantization[] {
  const own = new Set(model.weights.map(({ quantization }) => quantization));
  const alone = { ...model, tp: [1], pp: [1] };
  const smallest = capabilitiesFor(model, fleet).flatMap((capability) => {
    const bytesOf = (quantization: Quantization): number =>
      leastNeed(alone, weightsOf(model.name, model.spec, quantization), capability)?.needBytes ??
      Number.POSITIVE_INFINITY;
    const runs = runnable(model, fleet)
      .filter((quantization) => canRun(model.engine, quantization, capability))
      .map((quantization) => ({ quantization, bytes: bytesOf(quantization) }))
      .sort((a, b) => a.bytes - b.bytes)
      .map(({ quantization }) => quantization);
    return [...runs.slice(0, 1), ...runs.filter((name) => !hasGroups(name)).slice(0, 1)];
  });
  return [...new Set(smallest)].filter((quantization) => !own.has(quantization));
}

/** For each kind of card that the model may use, the smallest type that its engine keeps a KV cache in there. */
export function smallerKvTypes(model: PlannedModel, fleet: Fleet): readonly KvCacheDtype[] {
  const own = kvBytesPerElement(model.kvCacheDtype);
  const smallest = capabilitiesFor(model, fleet).flatMap((capability) =>
    KV_CACHE_DTYPES.filter(
      (dtype) => kvBytesPerElement(dtype) < own && canCache(model.engine, dtype, capability),
    )
      .toSorted((a, b) => kvBytesPerElement(a) - kvBytesPerElement(b))
      .slice(0, 1),
  );
  return [...new Set(smallest)];
}

function capabilitiesFor(model: PlannedModel, fleet: Fleet): readonly string[] {
  return [
    ...new Set(fleet.gpus.filter((gpu) => mayUse(model, gpu)).map((gpu) => gpu.computeCapability)),
  ];
}
