import type { FactTable } from "../engine/facts.ts";
import type { ModelSpec } from "../model/model.ts";
import type { ActivationLoad } from "./activations.ts";
import type { MemoryTerm } from "./breakdown.ts";
import { feedForwardWidths } from "./feed-forward-width.ts";
import { empiricalTerm } from "./term.ts";

/** ggml computes in FP32. */
const ELEMENT = 4;

const PIPELINE = " + pipeline_copies * (element_bytes * hidden + input_mask_bytes * cells)";

/**
 * llama.cpp's compute buffer for one micro-batch: on the card with the head the logits and the hidden states
 * before them (Llama-3-8B: 4 · 512 · (128256 + 4096) = 258.5 MiB, as its log says), elsewhere the widest
 * moment of a layer; and the attention mask, a row of cells for each token: all of
 * them, or a slot's own. Over several cards the inputs of
 * each, hidden states and mask, are there once for every micro-batch in flight (Llama-3.2-3B at 32768 cells on a
 * second card: 256.5 MiB of logits and hidden states, 4 · (6 + 32) MiB of copies, 408.5 MiB as its log says).
 */
export function computeBufferTerm(
  model: ModelSpec,
  facts: FactTable,
  { maxNumTokens, maxBatchSize, maxSeqLen, isFirstStage, isLastStage, pp }: ActivationLoad,
): MemoryTerm {
  const copies = facts.need("computeLogitsCopies");
  const mask = facts.need("computeMaskBytes");
  const hiddenCopies = facts.need("activationHiddenCopies");
  const feedForwardCopies = facts.need("activationFeedForwardCopies");
  const inFlight = facts.need("pipelineCopies");
  const inputMask = facts.need(isFirstStage ? "pipelineFirstMaskBytes" : "pipelineMaskBytes");
  const { total } = feedForwardWidths(model);
  const ubatch = Math.min(maxNumTokens, maxSeqLen * maxBatchSize);
  const cells = maxSeqLen * (facts.value("maskOfOneSlot", 0) === 1 ? 1 : maxBatchSize);
  const layer = hiddenCopies.value * model.hidden + feedForwardCopies.value * total;
  const vocab = isLastStage ? model.vocab : 0;
  const inputs = pp === 1 ? 0 : ELEMENT * model.hidden + inputMask.value * cells;
  return empiricalTerm({
    id: "activations",
    of: (bound) =>
      ubatch *
      (ELEMENT * copies[bound] * Math.max(layer, vocab + model.hidden) +
        mask[bound] * cells +
        inFlight[bound] * inputs),
    law: `ubatch * (element_bytes * copies * max(hidden_copies * hidden + ffn_copies * ffn_width, vocab + hidden) + mask_bytes * cells${pp === 1 ? "" : PIPELINE})`,
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
      ...(pp === 1 ? {} : { pipeline_copies: inFlight.value, input_mask_bytes: inputMask.value }),
    },
    facts: [
      ...[copies, hiddenCopies, feedForwardCopies, mask],
      ...(pp === 1 ? [] : [inFlight, inputMask]),
    ],
  });
}
