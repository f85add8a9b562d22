import { MAX_LAYERS } from "../limits.ts";
import type { Family } from "./family.ts";

/** Gemma 1: heads of 256, tied. */
export const gemma: Family = {
  modelTypes: ["gemma"],
  differences: (config) => {
    const bias = config.flag("attention_bias", false);
    return { tiedByDefault: true, defaultHeadDim: 256, qkvBias: bias, outBias: bias };
  },
};

/** Gemma 2: a norm on both sides of attention and feed-forward; every other layer slides, the first does. */
export const gemma2: Family = {
  modelTypes: ["gemma2"],
  differences: (config) => {
    const bias = config.flag("attention_bias", false);
    return {
      tiedByDefault: true,
      defaultHeadDim: 256,
      qkvBias: bias,
      outBias: bias,
      norms: 4,
      window: 4096,
      isSliding: (layer) => layer % 2 === 0,
    };
  },
};

/** Gemma 3, text: as Gemma 2 with norms of q and k, and one full layer in six. */
export const gemma3: Family = {
  modelTypes: ["gemma3_text", "gemma3"],
  defaults: {
    vocab_size: 262_208,
    num_attention_heads: 8,
    num_key_value_heads: 4,
    max_position_embeddings: 131_072,
  },
  differences: (config) => {
    const bias = config.flag("attention_bias", false);
    const pattern = config.count("sliding_window_pattern", MAX_LAYERS, 6);
    return {
      tiedByDefault: true,
      defaultHeadDim: 256,
      qkNorm: "head",
      qkvBias: bias,
      outBias: bias,
      norms: 4,
      window: 4096,
      isSliding: (layer) => (layer + 1) % pattern !== 0,
    };
  },
};
