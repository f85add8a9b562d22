import { type EngineSpec, type FactQuery, needFact } from "../engine/engine.ts";
import type { FeedForward } from "../model/feed-forward.ts";
import type { ModelSpec } from "../model/model.ts";
import { MIB } from "../units/units.ts";
import type { MemoryTerm } from "./breakdown.ts";
import { empiricalTerm } from "./term.ts";

export interface ActivationLoad {
  readonly maxNumTokens: number;
  readonly tp: number;
}

/** Bytes of an activation: BF16 or FP16. */
const ELEMENT = 2;

/**
 * Peak activations of one forward step over max_num_tokens: so many hidden-wide buffers, which every rank
 * holds whole, and so many buffers as wide as the widest feed-forward, which tensor parallelism divides.
 * How many is the engine's fact; two TensorRT engines with known limits agree to the byte with 4 hidden-wide
 * and 2 feed-forward-wide ones (boot logs trt-048 and trt-013).
 */
export function activationTerm(
  model: ModelSpec,
  engine: EngineSpec,
  { load, query }: { readonly load: ActivationLoad; readonly query: FactQuery },
): MemoryTerm {
  const base = needFact(engine, "activationBaseMiB", query);
  const hiddenCopies = needFact(engine, "activationHiddenCopies", query);
  const feedForwardCopies = needFact(engine, "activationFeedForwardCopies", query);
  const spread = needFact(engine, "activationSpread", query);
  const width = Math.max(...model.layers.map(({ layer }) => feedForwardWidth(layer.feedForward)));
  const values = {
    base_mib: base.value,
    spread: spread.value,
    tokens: load.maxNumTokens,
    hidden_copies: hiddenCopies.value,
    hidden: model.hidden,
    ffn_copies: feedForwardCopies.value,
    ffn_width: width,
    tp: load.tp,
  };
  const perToken =
    ELEMENT * (hiddenCopies.value * model.hidden + (feedForwardCopies.value * width) / load.tp);
  return empiricalTerm({
    id: "activations",
    of: (bound) => base[bound] * MIB + load.maxNumTokens * perToken * spread[bound],
    law: "base_mib * 2^20 + spread * tokens * 2 * (hidden_copies * hidden + ffn_copies * ffn_width / tp)",
    values,
    facts: [base, hiddenCopies, feedForwardCopies, spread],
  });
}

/** Columns of the feed-forward that one token passes through: its own experts and the shared ones for MoE. */
function feedForwardWidth(feedForward: FeedForward): number {
  return feedForward.kind === "dense"
    ? feedForward.intermediate
    : feedForward.active * feedForward.intermediate + feedForward.sharedIntermediate;
}
