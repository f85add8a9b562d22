import type { HeadAttention } from "../../model/attention.ts";
import type { Fields } from "../fields.ts";
import { layerTypes } from "../hf-layers.ts";
import { MAX_DRAFT, MAX_HEAD_DIM, MAX_HEADS } from "../limits.ts";
import { expertLayers } from "./deepseek.ts";
import { DRAFT_NOTE } from "./draft.ts";
import type { Family } from "./family.ts";

/** Xiaomi MiMo 7B: Qwen 2 with draft layers. */
export const mimo: Family = {
  modelTypes: ["mimo"],
  differences: (config) => ({
    qkvBias: config.flag("attention_bias", true),
    isSliding: () => false,
    notes: config.countOrZero("num_nextn_predict_layers", MAX_DRAFT, 0) > 0 ? [DRAFT_NOTE] : [],
  }),
};

/**
 * MiMo V2: values narrower than keys; sliding layers have heads of their own number and size (`swa_`, twice the KV
 * heads where nothing is said), and sinks. The first layer and every sixth are full; `hybrid_layer_pattern` has a 1
 * for sliding layers.
 */
export const mimoV2: Family = {
  modelTypes: ["mimo_v2_flash", "mimo_v2"],
  names: { sliding_window: "sliding_window_size" },
  defaults: {
    head_dim: 192,
    v_head_dim: 128,
    num_key_value_heads: 4,
    sliding_window: 128,
    moe_intermediate_size: 2048,
    first_k_dense_replace: 1,
  },
  differences: (config, dimensions) => {
    const bias = config.flag("attention_bias", false);
    const valueHeadDim = config.count("v_head_dim", MAX_HEAD_DIM);
    const pattern = config.counts("hybrid_layer_pattern", 1);
    const types = layerTypes(config, "layer_types", dimensions.layers);
    return {
      qkvBias: bias,
      isSliding: (layer) =>
        types === undefined && pattern.length > 0
          ? pattern[layer] === 1
          : layer !== 0 && (layer + 1) % 6 !== 0,
      heads: (attention) =>
        attention.kind === "sliding"
          ? slidingHeads(config, { ...attention, valueHeadDim })
          : {
              ...attention,
              valueHeadDim,
              ...sinksIf(config, "add_full_attention_sink_bias", false),
            },
      feedForward: expertLayers(config, dimensions),
      notes: ["its multi-token prediction layers are left out"],
    };
  },
};

function slidingHeads(config: Fields, attention: HeadAttention): HeadAttention {
  return {
    ...attention,
    heads: config.count("swa_num_attention_heads", MAX_HEADS, attention.heads),
    kvHeads: config.count("swa_num_key_value_heads", MAX_HEADS, 2 * attention.kvHeads),
    headDim: config.count("swa_head_dim", MAX_HEAD_DIM, attention.headDim),
    valueHeadDim: config.count("swa_v_head_dim", MAX_HEAD_DIM, attention.valueHeadDim),
    ...sinksIf(config, "add_swa_attention_sink_bias", true),
  };
}

function sinksIf(config: Fields, key: string, fallback: boolean): { readonly hasSinks?: true } {
  return config.flag(key, fallback) ? { hasSinks: true } : {};
}
