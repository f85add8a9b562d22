import { canCache } from "../../engine/engine.ts";
import type { Fleet } from "../../hardware/fleet.ts";
import { KV_CACHE_DTYPES, type KvCacheDtype, kvBytesPerElement } from "../../model/quantization.ts";
import { mayUse } from "../../placement/card-classes.ts";
import type { PlannedModel } from "../../placement/planned-model.ts";
import { formatCount } from "../../units/format.ts";
import type { Dial, Family } from "./remedy.ts";

/** " of first", where the sentence is about another model. */
export function ofName(name: string | undefined): string {
  return name === undefined ? "" : ` of ${name}`;
}

/** The multiples of `step` from `least` to below `most`, ascending. */
function multiples(step: number, least: number, most: number): readonly number[] {
  const first = Math.ceil(least / step);
  const count = Math.max(0, Math.ceil(most / step) - first);
  return Array.from({ length: count }, (_, i) => step * (first + i));
}

/** Fewer sequences promised; as many wanted as before. */
export const fewerSequences: Dial = {
  values: ({ model }) => multiples(1, 1, model.least),
  attempt: ({ model }, least) => ({
    change: { concurrency: { least, want: model.wanted } },
    model: (own) => ({ ...own, least }),
    say: (_, name) =>
      `Ask for at least ${formatCount(least)} concurrent ${least === 1 ? "sequence" : "sequences"}${ofName(name)} instead of ${formatCount(model.least)}.`,
  }),
};

/** Fewer sequences wanted too, with buffers for a smaller batch. */
export const smallerBatch: Dial = {
  values: ({ model }) => multiples(1, 1, model.wanted),
  attempt: ({ model }, wanted) => {
    const maxBatchSize = Math.min(model.limits.maxBatchSize, Math.ceil(wanted / model.replicas));
    const least = Math.min(model.least, wanted);
    return {
      change: { concurrency: { least, want: wanted }, maxBatchSize },
      model: (own) => ({ ...own, least, wanted, limits: { ...own.limits, maxBatchSize } }),
      say: (_, name) =>
        `Want ${formatCount(wanted)} concurrent ${wanted === 1 ? "sequence" : "sequences"}${ofName(name)} instead of ${formatCount(model.wanted)}, in batches of ${formatCount(maxBatchSize)}.`,
    };
  },
};

/** Below this, a context is of no use to most people. */
export const SHORTEST_SEQUENCE = 1024;

/** Lengths and steps that are offered are whole blocks of this many tokens, which every engine's blocks divide. */
const TOKEN_STEP = 128;

export const shorterSequences: Dial = {
  values: ({ model }) => multiples(TOKEN_STEP, SHORTEST_SEQUENCE, model.limits.maxSeqLen),
  attempt: ({ model }, maxSeqLen) => {
    const maxNumTokens = Math.min(model.limits.maxNumTokens, maxSeqLen);
    return {
      change: { maxSeqLen, maxNumTokens },
      model: (own) => ({ ...own, limits: { ...own.limits, maxSeqLen, maxNumTokens } }),
      say: (_, name) =>
        `Lower maxSeqLen${ofName(name)} from ${formatCount(model.limits.maxSeqLen)} to ${formatCount(maxSeqLen)} tokens.`,
    };
  },
};

/** Long prompts are read in several steps, so that activations take less. */
export const shorterSteps: Dial = {
  values: ({ model }) => multiples(TOKEN_STEP, SHORTEST_SEQUENCE, model.limits.maxNumTokens),
  attempt: ({ model }, maxNumTokens) => ({
    change: { maxNumTokens },
    model: (own) => ({ ...own, limits: { ...own.limits, maxNumTokens } }),
    say: () =>
      `Lower maxNumTokens from ${formatCount(model.limits.maxNumTokens)} to ${formatCount(maxNumTokens)} tokens a step.`,
  }),
};

/** Types that a fleet file may ask for. */
const PLANNED_KV_TYPES: readonly string[] = ["fp8", "int8", "nvfp4"];

/** A smaller type for its KV cache, the finest first. */
export const smallerKv: Family = {
  *attempts({ model, fleet }) {
    for (const kvCacheDtype of smallerKvOf(model, fleet)) {
      yield {
        change: { kvCacheDtype },
        model: (each) => ({ ...each, kvCacheDtype }),
        say: (_, name) =>
          name === undefined
            ? `Keep its KV cache in ${kvCacheDtype}.`
            : `Keep the KV cache of ${name} in ${kvCacheDtype} instead of ${model.kvCacheDtype}.`,
      };
    }
  },
};

/** Types smaller than its own that some card it may use can keep its KV cache in, the finest first. */
function smallerKvOf(model: PlannedModel, fleet: Fleet): readonly KvCacheDtype[] {
  const own = kvBytesPerElement(model.kvCacheDtype);
  const cards = fleet.gpus.filter((gpu) => mayUse(model, gpu));
  return KV_CACHE_DTYPES.filter(
    (dtype) =>
      PLANNED_KV_TYPES.includes(dtype) &&
      kvBytesPerElement(dtype) < own &&
      cards.some((gpu) => canCache(model.engine, dtype, gpu.computeCapability)),
  );
}
