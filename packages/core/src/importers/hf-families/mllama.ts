import type { HeadAttention } from "../../model/attention.ts";
import { vector } from "../../model/tensor.ts";
import { headAttention } from "../hf-layers.ts";
import { MAX_LAYERS } from "../limits.ts";
import type { Family } from "./family.ts";

/** Rows of the embedding that images use and no token has. */
const IMAGE_ROWS = 8;

/** Most tokens of one image: 4 tiles of 40 · 40 + 1 patches. */
const IMAGE_TOKENS = 4 * 1601;

/** Llama 3.2 Vision: every fifth layer attends to the image in place of the text, behind two gates. */
export const mllama: Family = {
  modelTypes: ["mllama", "mllama_text_model"],
  defaults: {
    num_key_value_heads: 8,
    max_position_embeddings: 131_072,
    cross_attention_layers: [3, 8, 13, 18, 23, 28, 33, 38],
  },
  differences: (config, dimensions) => {
    const listed = new Set(config.counts("cross_attention_layers", MAX_LAYERS));
    const cross: HeadAttention = {
      ...headAttention(config, dimensions, { qkNorm: "head" }),
      kind: "bidirectional",
    };
    return {
      layer: (common, index) =>
        listed.has(index)
          ? {
              ...common,
              attention: { kind: "none" },
              cross,
              extra: [vector("cross_attn_gates", "attention", 2)],
            }
          : common,
      firstTensors: [
        vector("model.embed_tokens.images", "embedding", IMAGE_ROWS * dimensions.hidden),
      ],
      crossTokens: IMAGE_TOKENS,
    };
  },
};
