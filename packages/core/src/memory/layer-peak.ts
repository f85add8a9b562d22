import type { FactTable } from "../engine/facts.ts";
import type { ModelSpec } from "../model/model.ts";
import { MIB } from "../units/units.ts";
import type { MemoryTerm } from "./breakdown.ts";
import { feedForwardWidths } from "./feed-forward-width.ts";
import { empiricalTerm } from "./term.ts";

/** Bytes of an activation: BF16 or FP16. */
const ELEMENT = 2;

/**
 * TensorRT-LLM: so many hidden-wide buffers, which every rank holds whole, and so many buffers as wide as the
 * widest feed-forward, which tensor parallelism divides. How many is the engine's fact; two TensorRT engines
 * with known limits agree to the byte with 4 hidden-wide and 2 feed-forward-wide ones (boot logs trt-048 and
 * trt-013).
 */
export function layerPeakTerm(
  model: ModelSpec,
  facts: FactTable,
  { maxNumTokens, tp }: { readonly maxNumTokens: number; readonly tp: number },
): MemoryTerm {
  const base = facts.need("activationBaseMiB");
  const spread = facts.need("activationSpread");
  const hiddenCopies = facts.need("activationHiddenCopies");
  const feedForwardCopies = facts.need("activationFeedForwardCopies");
  const { total } = feedForwardWidths(model);
  const perToken =
    ELEMENT * (hiddenCopies.value * model.hidden + (feedForwardCopies.value * total) / tp);
  return empiricalTerm({
    id: "activations",
    of: (bound) => base[bound] * MIB + maxNumTokens * perToken * spread[bound],
    law: "base_mib * 2^20 + spread * tokens * 2 * (hidden_copies * hidden + ffn_copies * ffn_width / tp)",
    values: {
      base_mib: base.value,
      spread: spread.value,
      tokens: maxNumTokens,
      hidden_copies: hiddenCopies.value,
      hidden: model.hidden,
      ffn_copies: feedForwardCopies.value,
      ffn_width: total,
      tp,
    },
    facts: [base, hiddenCopies, feedForwardCopies, spread],
  });
}
