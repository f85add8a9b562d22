import { capacityCurve } from "./capacity-curve.ts";
import type { CapacityDocument, ModelCapacity } from "./capacity-document.ts";
import { type CapacityInput, USUAL_PERCENTILES } from "./plan-capacity.ts";

/**
 * The document with every model's latencies at rising rates, other models at their own. Throws an InputError as
 * `planCapacity` does.
 */
export function withCurves(document: CapacityDocument, input: CapacityInput): CapacityDocument {
  return { ...document, models: document.models.map((model) => withCurve(model, input)) };
}

function withCurve(model: ModelCapacity, input: CapacityInput): ModelCapacity {
  const own = model.targets.map(({ percentile }) => percentile);
  const all = new Set([...(input.percentiles ?? USUAL_PERCENTILES), ...own]);
  const percentiles = [...all].sort((a, b) => a - b);
  const curve = capacityCurve({ ...input, percentiles }, model.model);
  return curve === undefined ? model : { ...model, curve: curve.points };
}
