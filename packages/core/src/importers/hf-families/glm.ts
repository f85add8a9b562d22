import type { Fields } from "../fields.ts";
import { headAttention } from "../hf-layers.ts";
import { MAX_HEADS } from "../limits.ts";
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

/** GLM-4.1V and 4.6V-Flash: as GLM-4-0414, its biases are not asked for. */
export const glm4v: Family = {
  modelTypes: ["glm4v", "glm4v_text", "glm46v"],
  differences: () => ({ qkvBias: true, norms: 4 }),
};

/** ChatGLM 2 and 3, GLM-4-9B in their first form: GLM under names of its own. */
export const chatglm: Family = {
  modelTypes: ["chatglm"],
  names: {
    num_hidden_layers: "num_layers",
    intermediate_size: "ffn_hidden_size",
    vocab_size: "padded_vocab_size",
    max_position_embeddings: "seq_length",
    head_dim: "kv_channels",
  },
  isEncoder: true, // its architecture is called ChatGLMModel
  differences: (config) => {
    const heads = config.count("num_attention_heads", MAX_HEADS);
    const kvHeads = config.flag("multi_query_attention", false)
      ? config.count("multi_query_group_num", MAX_HEADS)
      : heads;
    const bias = config.flag("add_bias_linear", false);
    return {
      qkvBias: bias || config.flag("add_qkv_bias", false),
      outBias: bias,
      mlpBias: bias,
      heads: (attention) => ({ ...attention, kvHeads }),
    };
  },
};

/** GLM-4.5 to 4.7: attention by heads, experts as in DeepSeek V3. */
export const glm4Moe: Family = {
  modelTypes: ["glm4_moe", "glm4v_moe", "glm4v_moe_text"],
  differences: (config, dimensions) => {
    const traits: Differences = {
      qkvBias: config.flag("attention_bias", isVision(config)),
      qkNorm: config.flag("use_qk_norm", false) ? "head" : "none",
      defaultHeadDim: Math.floor(
        dimensions.hidden / config.count("num_attention_heads", MAX_HEADS),
      ),
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

/** GLM-4.5V has biases unless its config says otherwise. */
function isVision(config: Fields): boolean {
  return config.text("model_type")?.startsWith("glm4v") ?? false;
}
