import type { Attention } from "../../model/attention.ts";
import { cutRows, type Tensor, vector } from "../../model/tensor.ts";

/**
 * K and V of a layer that reads what an earlier one cached. No computation reads them, but Google's files of Gemma 3n
 * and 4 hold them, and llama.cpp and vLLM (before pull request 54917) load them. transformers does not build them:
 * files that it wrote, and its counts, are without.
 */
export function unreadKv(attention: Attention, hidden: number): readonly Tensor[] {
  if (!("sharesKv" in attention) || attention.sharesKv !== true) {
    return [];
  }
  const { kvHeads, headDim, keyIsValue } = attention;
  const shape = { out: kvHeads * headDim, in: hidden, units: kvHeads };
  const names = keyIsValue === true ? ["k_proj"] : ["k_proj", "v_proj"];
  return [
    ...names.map((name) => cutRows(`self_attn.${name}`, "attention", shape)),
    vector("self_attn.k_norm", "attention", headDim),
  ].map((tensor) => ({ ...tensor, isUnread: true }));
}
