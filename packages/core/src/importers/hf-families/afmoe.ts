import type { FeedForward } from "../../model/feed-forward.ts";
import { MAX_EXPERTS, MAX_INTERMEDIATE, MAX_LAYERS } from "../limits.ts";
import type { Family } from "./family.ts";
import { moeOf } from "./moe.ts";

/** Arcee Trinity: norms on both sides, gated attention that slides in three of four layers, experts after the first layers. */
export const afmoe: Family = {
  modelTypes: ["afmoe"],
  defaults: { num_experts: 64, num_experts_per_tok: 6, num_shared_experts: 2, num_dense_layers: 1 },
  differences: (config) => {
    const bias = config.flag("attention_bias", false);
    const width = config.count("moe_intermediate_size", MAX_INTERMEDIATE);
    const moe = moeOf(config, {
      experts: "num_experts",
      intermediate: "moe_intermediate_size",
      sharedIntermediate: config.countOrZero("num_shared_experts", MAX_EXPERTS) * width,
    });
    // the router's trained bias is in the files
    const sparse: FeedForward = { ...moe, routerExtra: moe.experts };
    const every = config.count("global_attn_every_n_layers", MAX_LAYERS, 4);
    const dense = config.countOrZero("num_dense_layers", MAX_LAYERS);
    return {
      norms: 4,
      qkNorm: "head",
      qkvBias: bias,
      defaultHeadDim: 128,
      window: 1024,
      isSliding: (layer) => (layer + 1) % every !== 0,
      heads: (attention) => ({ ...attention, outputGate: "element" }),
      feedForward: (layer) => (layer < dense ? undefined : sparse),
    };
  },
};
