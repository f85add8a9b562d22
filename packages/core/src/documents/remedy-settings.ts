import { canCache } from "../engine/engine.ts";
import { mayUse } from "../placement/card-classes.ts";
import { formatCount } from "../units/format.ts";
import type { Family } from "./remedy.ts";

function* halvings(from: number, least: number): Iterable<number> {
  for (let value = Math.floor(from / 2); value >= least; value = Math.floor(value / 2)) {
    yield value;
  }
}

export const fewerSequences: Family = {
  kind: "sequences",
  *attempts({ model }) {
    for (const least of halvings(model.least, 1)) {
      yield {
        change: { concurrency: { least, want: model.wanted } },
        model: (own) => ({ ...own, least }),
        say: () =>
          `Ask for at least ${formatCount(least)} concurrent sequences instead of ${formatCount(model.least)}.`,
      };
    }
  },
};

/** Below this, a context is of no use to most people. */
export const SHORTEST_SEQUENCE = 1024;

export const shorterSequences: Family = {
  kind: "length",
  *attempts({ model }) {
    for (const maxSeqLen of halvings(model.limits.maxSeqLen, SHORTEST_SEQUENCE)) {
      const maxNumTokens = Math.min(model.limits.maxNumTokens, maxSeqLen);
      yield {
        change: { maxSeqLen, maxNumTokens },
        model: (own) => ({ ...own, limits: { ...model.limits, maxSeqLen, maxNumTokens } }),
        say: () =>
          `Lower maxSeqLen from ${formatCount(model.limits.maxSeqLen)} to ${formatCount(maxSeqLen)} tokens.`,
      };
    }
  },
};

export const smallerKv: Family = {
  kind: "kv-dtype",
  *attempts({ model, fleet }) {
    const isSixteenBit = model.kvCacheDtype === "bf16" || model.kvCacheDtype === "fp16";
    const cards = fleet.gpus.filter((gpu) => mayUse(model, gpu));
    if (isSixteenBit && cards.some((gpu) => canCache(model.engine, "fp8", gpu.computeCapability))) {
      yield {
        change: { kvCacheDtype: "fp8" },
        model: (own) => ({ ...own, kvCacheDtype: "fp8" }),
        say: () => "Keep its KV cache in fp8.",
      };
    }
  },
};
