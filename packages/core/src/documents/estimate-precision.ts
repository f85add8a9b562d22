import { cacheRule, type EngineSpec, type PrecisionRule, weightRule } from "../engine/engine.ts";
import type { MemoryRequest } from "../memory/estimate.ts";
import type { EstimatePrecision, PrecisionVerdict } from "./estimate-document.ts";

/**
 * What weights and KV cache are stored in and what is computed in on these cards, where a source says: a card may
 * hold FP8 or FP4 and multiply in BF16. Cards that compute in different formats have no verdict in common.
 */
export function precisionOf(
  { engine, weights, kvCacheDtype }: MemoryRequest,
  capabilities: readonly string[],
): EstimatePrecision {
  const { quantization } = weights;
  const verdicts = VERDICTS.get(engine) ?? new Map<string, EstimatePrecision>();
  VERDICTS.set(engine, verdicts);
  const key = `${quantization} ${kvCacheDtype} ${capabilities.join()}`;
  const known = verdicts.get(key) ?? {
    weights: verdict(
      quantization,
      capabilities.map((capability) => weightRule(engine, quantization, capability)),
    ),
    kvCache: verdict(
      kvCacheDtype,
      capabilities.map((capability) => cacheRule(engine, kvCacheDtype, capability)),
    ),
  };
  if (verdicts.size < MOST_VERDICTS) {
    verdicts.set(key, known);
  }
  return known;
}

/** Verdicts of an engine, given once: a dozen precisions, as many kinds of cache, a dozen compute capabilities. */
const VERDICTS = new WeakMap<EngineSpec, Map<string, EstimatePrecision>>();
/** Beyond this only odd mixtures of cards are left. */
const MOST_VERDICTS = 4096;

function verdict(stores: string, rules: readonly (PrecisionRule | undefined)[]): PrecisionVerdict {
  const computes = rules[0]?.computes;
  const agrees = rules.every((rule) => rule?.computes === computes);
  const runs = rules.every((rule) => rule !== undefined);
  return {
    stores,
    ...(computes === undefined || !agrees ? {} : { computes }),
    sources: runs ? [...new Set(rules.flatMap((rule) => rule?.source ?? []))] : [],
  };
}
