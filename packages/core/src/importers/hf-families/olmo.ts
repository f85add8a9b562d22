import type { Family } from "./family.ts";
import { moeOf } from "./moe.ts";

/** OLMo: norms without weights. */
export const olmo: Family = {
  modelTypes: ["olmo"],
  differences: (config) => {
    const bias = config.flag("attention_bias", false);
    return { qkvBias: bias, outBias: bias, norms: 0, finalNorms: 0 };
  },
};

/** OLMo 2 and 3: norms of all of q and k, and after attention and feed-forward in place of before; OLMo 3 slides in three of four layers. */
export const olmo2: Family = {
  modelTypes: ["olmo2", "olmo3"],
  differences: (config) => {
    const bias = config.flag("attention_bias", false);
    const isThird = config.text("model_type") === "olmo3";
    return {
      qkvBias: bias,
      outBias: bias,
      qkNorm: "whole",
      window: 4096,
      isSliding: (layer) => isThird && (layer + 1) % 4 !== 0,
    };
  },
};

/** OLMoE: norms of all of q and k, experts in every layer. */
export const olmoe: Family = {
  modelTypes: ["olmoe"],
  defaults: { num_experts: 64, num_experts_per_tok: 8 },
  differences: (config) => {
    const bias = config.flag("attention_bias", false);
    const moe = moeOf(config, { experts: "num_experts", intermediate: "intermediate_size" });
    return { qkvBias: bias, outBias: bias, qkNorm: "whole", feedForward: () => moe };
  },
};
