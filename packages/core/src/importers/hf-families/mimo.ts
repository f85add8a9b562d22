import { layerTypes } from "../hf-layers.ts";
import { MAX_DRAFT, MAX_HEAD_DIM } from "../limits.ts";
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
 * MiMo V2: values narrower than keys; sliding layers have twice the KV heads, and sinks. The first layer and
 * every sixth are full; `hybrid_layer_pattern` has a 1 for sliding layers.
 */
export const mimoV2: Family = {
  modelTypes: ["mimo_v2_flash", "mimo_v2"],
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
      heads: (attention) => ({
        ...attention,
        valueHeadDim,
        ...(attention.kind === "sliding" ? { kvHeads: 2 * attention.kvHeads, hasSinks: true } : {}),
      }),
      feedForward: expertLayers(config, dimensions),
      notes: ["its multi-token prediction layers are left out"],
    };
  },
};
