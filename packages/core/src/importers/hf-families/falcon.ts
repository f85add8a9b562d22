import { MAX_HEADS } from "../limits.ts";
import type { Family } from "./family.ts";

/**
 * Falcon 7B, 40B and 180B: layer norms, no gate. The newer form has grouped heads and two norms before attention and
 * feed-forward side by side; the older one KV head, or as many as heads, and one norm.
 */
export const falcon: Family = {
  modelTypes: ["falcon", "RefinedWeb", "RefinedWebModel"],
  names: {
    num_hidden_layers: "n_layer",
    num_attention_heads: "n_head",
    intermediate_size: "ffn_hidden_size",
  },
  defaults: { max_position_embeddings: 2048 },
  differences: (config, { hidden }) => {
    const isNew = config.flag("new_decoder_architecture", false);
    const isParallel = config.flag("parallel_attn", true);
    const bias = config.flag("bias", false);
    const heads = config.count("num_attention_heads", MAX_HEADS);
    const single = config.flag("multi_query", true) ? 1 : heads;
    const kvHeads = isNew ? config.count("num_kv_heads", MAX_HEADS, heads) : single;
    const feedForward = {
      kind: "dense" as const,
      intermediate: config.count("intermediate_size", 4_194_304, 4 * hidden),
      gated: false,
      bias,
    };
    const norms = config.countOrZero("num_ln_in_parallel_attn", 2, isNew ? 2 : 1);
    return {
      tiedByDefault: true,
      qkvBias: bias,
      outBias: bias,
      norms: isParallel ? norms : 2,
      normBias: true,
      heads: (attention) => ({ ...attention, kvHeads }),
      feedForward: () => feedForward,
    };
  },
};
