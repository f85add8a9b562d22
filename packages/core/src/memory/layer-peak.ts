import type { FactTable } from "../engine/facts.ts";
import type { ModelSpec } from "../model/model.ts";
import { MIB } from "../units/units.ts";
import type { ActivationLoad } from "./activations.ts";
import { batchLaw, beamValues } from "./beams.ts";
import type { MemoryTerm } from "./breakdown.ts";
import { feedForwardWidths } from "./feed-forward-width.ts";
import { type Bound, empiricalTerm } from "./term.ts";

/** Bytes of an activation: BF16 or FP16. */
const ELEMENT = 2;

/**
 * TensorRT-LLM: so many hidden-wide buffers, which every rank holds whole, and so many buffers as wide as the
 * widest feed-forward, which tensor parallelism divides. How many is the engine's fact: of two TensorRT engines
 * with known limits one has 4 hidden-wide and 2 feed-forward-wide ones to the byte (boot log trt-048), and one that
 * was built without the GEMM plugin, as 0.8 did unless told otherwise, 4 and 4 (trt-013). Where an engine gathers the last tokens' logits, they and the hidden states may be more: with 2048
 * sequences and 151936 words they are most of trt-024's 774 MiB.
 */
export function layerPeakTerm(
  model: ModelSpec,
  facts: FactTable,
  {
    maxNumTokens,
    maxBatchSize,
    tp,
    beams = 1,
  }: Pick<ActivationLoad, "maxNumTokens" | "maxBatchSize" | "tp" | "beams">,
): MemoryTerm {
  const base = facts.need("activationBaseMiB");
  const spread = facts.need("activationSpread");
  const hiddenCopies = facts.need("activationHiddenCopies");
  const feedForwardCopies = facts.need("activationFeedForwardCopies");
  const logits = facts.value("headLogitsCopies", 0);
  const { total } = feedForwardWidths(model);
  const perToken = (bound: Bound): number =>
    ELEMENT * (hiddenCopies[bound] * model.hidden + (feedForwardCopies[bound] * total) / tp);
  const head =
    logits * ELEMENT * (maxBatchSize * beams * model.vocab + maxNumTokens * model.hidden);
  return empiricalTerm({
    id: "activations",
    of: (bound) =>
      base[bound] * MIB + spread[bound] * Math.max(maxNumTokens * perToken(bound), head),
    law: `base_mib * 2^20 + spread * max(tokens * element_bytes * (hidden_copies * hidden + ffn_copies * ffn_width / tp), logits_copies * element_bytes * (${batchLaw(beams)} * vocab + tokens * hidden))`,
    values: {
      base_mib: base.value,
      spread: spread.value,
      tokens: maxNumTokens,
      element_bytes: ELEMENT,
      hidden_copies: hiddenCopies.value,
      hidden: model.hidden,
      ffn_copies: feedForwardCopies.value,
      ffn_width: total,
      tp,
      logits_copies: logits,
      batch: maxBatchSize,
      ...beamValues(beams),
      vocab: model.vocab,
    },
    facts: [base, hiddenCopies, feedForwardCopies, spread],
  });
}
