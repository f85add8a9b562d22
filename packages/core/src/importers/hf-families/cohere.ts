import type { FeedForward } from "../../model/feed-forward.ts";
import type { Fields } from "../fields.ts";
import { layerTypes } from "../hf-layers.ts";
import { MAX_EXPERTS, MAX_INTERMEDIATE, MAX_LAYERS } from "../limits.ts";
import type { Differences, Family } from "./family.ts";
import { moeOf } from "./moe.ts";

/** Command-R, and Command-R+ with norms of each head: attention and feed-forward side by side behind one norm. */
export const cohere: Family = {
  modelTypes: ["cohere"],
  differences: (config) => ({
    ...common(config),
    qkNorm: config.flag("use_qk_norm", false) ? "whole" : "none",
  }),
};

/** Command-R7B, Command-A: as Command-R, three sliding layers before each full one. */
export const cohere2: Family = {
  modelTypes: ["cohere2"],
  differences: (config) => {
    const pattern = config.count("sliding_window_pattern", MAX_LAYERS, 4);
    return {
      ...common(config),
      window: 4096,
      isSliding: (layer) => (layer + 1) % pattern !== 0,
    };
  },
};

/** Cohere's MoE: as Command-R7B with experts, after dense layers with widths and windows of their own where it has such. */
export const cohere2Moe: Family = {
  modelTypes: ["cohere2_moe"],
  defaults: { num_experts: 8, num_experts_per_tok: 2 },
  differences: (config, { layers }) => {
    const width = config.count("intermediate_size", MAX_INTERMEDIATE);
    const moe = moeOf(config, {
      experts: "num_experts",
      intermediate: "intermediate_size",
      sharedIntermediate: config.countOrZero("num_shared_experts", MAX_EXPERTS, 0) * width,
    });
    const dense: FeedForward = {
      kind: "dense",
      intermediate: config.count("prefix_dense_intermediate_size", MAX_INTERMEDIATE, width),
      gated: true,
      bias: false,
    };
    const types = layerTypes(config, "mlp_layer_types", layers);
    const first = config.countOrZero("first_k_dense_replace", MAX_LAYERS, 0);
    const ofFirst = config.count("prefix_dense_sliding_window_pattern", MAX_LAYERS, 1);
    const pattern = config.count("sliding_window_pattern", MAX_LAYERS, 4);
    return {
      ...common(config),
      defaultHeadDim: 128,
      window: 4096,
      isSliding: (layer) =>
        layer < first ? (layer + 1) % ofFirst !== 0 : (layer - first + 1) % pattern !== 0,
      feedForward: (layer) =>
        (types === undefined ? layer < first : types[layer] === "dense") ? dense : moe,
    };
  },
};

function common(config: Fields): Differences {
  const bias = config.flag("attention_bias", false);
  return { tiedByDefault: true, qkvBias: bias, outBias: bias, norms: 1 };
}
