import { canCache } from "../engine/engine.ts";
import { mayUse } from "../placement/card-classes.ts";
import { formatCount } from "../units/format.ts";
import { weightsOf } from "./estimate-request.ts";
import { runnable } from "./planned-models.ts";
import { ANY_PP, ANY_TP, type Family, layoutText } from "./remedy.ts";

function* halvings(from: number, least: number): Iterable<number> {
  for (let value = Math.floor(from / 2); value >= least; value = Math.floor(value / 2)) {
    yield value;
  }
}

export const fewerSequences: Family = function* ({ model }) {
  for (const least of halvings(model.least, 1)) {
    yield {
      change: { concurrency: { least, want: model.wanted } },
      model: { least },
      say: () =>
        `Ask for at least ${formatCount(least)} concurrent sequences instead of ${formatCount(model.least)}.`,
    };
  }
};

/** Below this, a context is of no use to most people. */
const SHORTEST_SEQUENCE = 1024;

export const shorterSequences: Family = function* ({ model }) {
  for (const maxSeqLen of halvings(model.limits.maxSeqLen, SHORTEST_SEQUENCE)) {
    const maxNumTokens = Math.min(model.limits.maxNumTokens, maxSeqLen);
    yield {
      change: { maxSeqLen, maxNumTokens },
      model: { limits: { ...model.limits, maxSeqLen, maxNumTokens } },
      say: () =>
        `Lower maxSeqLen from ${formatCount(model.limits.maxSeqLen)} to ${formatCount(maxSeqLen)} tokens.`,
    };
  }
};

export const smallerKv: Family = function* ({ model, fleet }) {
  const isSixteenBit = model.kvCacheDtype === "bf16" || model.kvCacheDtype === "fp16";
  const cards = fleet.gpus.filter((gpu) => mayUse(model, gpu));
  if (isSixteenBit && cards.some((gpu) => canCache(model.engine, "fp8", gpu.computeCapability))) {
    yield {
      change: { kvCacheDtype: "fp8" },
      model: { kvCacheDtype: "fp8" },
      say: () => "Keep its KV cache in fp8.",
    };
  }
};

export const shared: Family = function* ({ model }) {
  if (model.isExclusive) {
    yield {
      change: { exclusive: false },
      model: { isExclusive: false },
      say: () => "Let it share its cards with other models.",
    };
  }
};

export const otherPrecision: Family = function* ({ model, fleet }) {
  const tried = model.weights.map(({ quantization }) => quantization);
  for (const quantization of runnable(model, fleet).filter((name) => !tried.includes(name))) {
    yield {
      change: { quantization },
      model: { weights: [weightsOf(model.name, model.spec, quantization)] },
      say: () => `Run it at ${quantization}.`,
    };
  }
};

export const otherLayout: Family = function* ({ model }) {
  yield {
    change: { tp: ANY_TP, pp: ANY_PP },
    model: { tp: ANY_TP, pp: ANY_PP },
    say: (placed) => `Give it another layout: ${layoutText(model, placed)}.`,
  };
};

export const precisionAndLayout: Family = function* ({ model, fleet }) {
  for (const quantization of runnable(model, fleet)) {
    yield {
      change: { quantization, tp: ANY_TP, pp: ANY_PP },
      model: { weights: [weightsOf(model.name, model.spec, quantization)], tp: ANY_TP, pp: ANY_PP },
      say: (placed) => `Run it at ${quantization} in another layout: ${layoutText(model, placed)}.`,
    };
  }
};
