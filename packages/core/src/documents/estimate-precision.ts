import { cacheRule, type PrecisionRule, weightRule } from "../engine/engine.ts";
import type { MemoryRequest } from "../memory/estimate.ts";
import type { EstimatePrecision, PrecisionVerdict } from "./estimate-document.ts";

/**
 * What weights and KV cache are stored in and what is computed in on this card, where a source says: a card may
 * hold FP8 or FP4 and multiply in BF16.
 */
export function precisionOf(request: MemoryRequest): EstimatePrecision {
  const { engine, weights, kvCacheDtype, stageCapabilities } = request;
  const capability = stageCapabilities[0] ?? "";
  return {
    weights: verdict(weights.quantization, weightRule(engine, weights.quantization, capability)),
    kvCache: verdict(kvCacheDtype, cacheRule(engine, kvCacheDtype, capability)),
  };
}

function verdict(stores: string, rule: PrecisionRule | undefined): PrecisionVerdict {
  const { computes, source } = rule ?? {};
  return {
    stores,
    ...(computes === undefined ? {} : { computes }),
    sources: source === undefined ? [] : [source],
  };
}
