import type { FactTable } from "../engine/facts.ts";
import type { ModelSpec } from "../model/model.ts";
import type { ActivationLoad } from "./activations.ts";
import type { MemoryTerm } from "./breakdown.ts";
import { feedForwardWidths } from "./feed-forward-width.ts";
import { empiricalTerm } from "./term.ts";

/** ggml computes in FP32. */
const ELEMENT = 4;

/**
 * llama.cpp's compute buffer for one micro-batch: on the card with the head the logits and the hidden states
 * before them (Llama-3-8B: 4 · 512 · (128256 + 4096) = 258.5 MiB, as its log says), elsewhere the widest
 * moment of a layer; and the attention mask, a row of all cells for each token.
 */
export function computeBufferTerm(
  model: ModelSpec,
  facts: FactTable,
  { maxNumTokens, maxBatchSize, maxSeqLen, isLastStage }: ActivationLoad,
): MemoryTerm {
  const copies = facts.need("computeLogitsCopies");
  const mask = facts.need("computeMaskBytes");
  const hiddenCopies = facts.need("activationHiddenCopies");
  const feedForwardCopies = facts.need("activationFeedForwardCopies");
  const { total } = feedForwardWidths(model);
  const cells = maxSeqLen * maxBatchSize;
  const ubatch = Math.min(maxNumTokens, cells);
  const layer = hiddenCopies.value * model.hidden + feedForwardCopies.value * total;
  const vocab = isLastStage ? model.vocab : 0;
  return empiricalTerm({
    id: "activations",
    of: (bound) =>
      ubatch *
      (ELEMENT * copies[bound] * Math.max(layer, vocab + model.hidden) + mask[bound] * cells),
    law: "ubatch * (element_bytes * copies * max(hidden_copies * hidden + ffn_copies * ffn_width, vocab + hidden) + mask_bytes * cells)",
    values: {
      ubatch,
      element_bytes: ELEMENT,
      copies: copies.value,
      hidden_copies: hiddenCopies.value,
      hidden: model.hidden,
      ffn_copies: feedForwardCopies.value,
      ffn_width: total,
      vocab,
      mask_bytes: mask.value,
      cells,
    },
    facts: [copies, hiddenCopies, feedForwardCopies, mask],
  });
}
