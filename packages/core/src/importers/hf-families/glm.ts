import { headAttention } from "../hf-layers.ts";
import { draftsOf, expertLayers } from "./deepseek.ts";
import type { Differences, Family } from "./family.ts";

/** GLM-4 and GLM-Edge in transformers' form: q, k and v may have biases. */
export const glm: Family = {
  modelTypes: ["glm"],
  differences: (config) => ({
    qkvBias: config.flag("attention_bias", false),
    defaultHeadDim: 128,
  }),
};

/** GLM-4-0414: as GLM with a norm on both sides of attention and feed-forward. */
export const glm4: Family = {
  modelTypes: ["glm4"],
  differences: (config) => ({ qkvBias: config.flag("attention_bias", false), norms: 4 }),
};

/** GLM-4.5 to 4.7: attention by heads, experts as in DeepSeek V3. */
export const glm4Moe: Family = {
  modelTypes: ["glm4_moe"],
  differences: (config, dimensions) => {
    const traits: Differences = {
      qkvBias: config.flag("attention_bias", false),
      qkNorm: config.flag("use_qk_norm", false) ? "head" : "none",
      defaultHeadDim: 128,
    };
    const feedForward = expertLayers(config, dimensions);
    return {
      ...traits,
      feedForward,
      ...draftsOf(config, dimensions, (layer) => ({
        attention: headAttention(config, dimensions, traits),
        feedForward: feedForward(layer),
      })),
    };
  },
};
