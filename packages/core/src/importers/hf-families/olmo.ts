import type { DeltaNet } from "../../model/recurrent.ts";
import type { Fields } from "../fields.ts";
import { headAttention, layerTypes } from "../hf-layers.ts";
import { MAX_CONV, MAX_HEAD_DIM, MAX_HEADS } from "../limits.ts";
import type { Differences, Dimensions, Family } from "./family.ts";
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

/** OLMoE and FlexOlmo: norms of all of q and k, experts in every layer. */
export const olmoe: Family = {
  modelTypes: ["olmoe", "flex_olmo"],
  differences: (config) => {
    const bias = config.flag("attention_bias", false);
    const moe = moeOf(config, { experts: "num_experts", intermediate: "intermediate_size" });
    return { qkvBias: bias, outBias: bias, qkNorm: "whole", feedForward: () => moe };
  },
};

/** OLMo Hybrid: three gated delta-nets before each layer of OLMo 2's attention. */
export const olmoHybrid: Family = {
  modelTypes: ["olmo_hybrid"],
  differences: (config, dimensions) => {
    const bias = config.flag("attention_bias", false);
    const shape: Differences = { qkNorm: "whole", qkvBias: bias, outBias: bias };
    const full = headAttention(config, dimensions, shape);
    const delta = deltaNet(config, dimensions, full.heads);
    const types = layerTypes(config, "layer_types", dimensions.layers);
    const isFull = (layer: number): boolean =>
      types === undefined ? (layer + 1) % 4 === 0 : types[layer] === "full_attention";
    return { attention: (layer) => (isFull(layer) ? full : delta) };
  },
};

/** As many heads as attention has, three quarters as wide; values twice as wide as keys. */
function deltaNet(config: Fields, { hidden }: Dimensions, heads: number): DeltaNet {
  const keyHeads = config.count("linear_num_key_heads", MAX_HEADS, heads);
  const keyHeadDim = config.count(
    "linear_key_head_dim",
    MAX_HEAD_DIM,
    Math.max(1, Math.floor((3 * hidden) / (4 * keyHeads))),
  );
  return {
    kind: "recurrent",
    form: "delta-net",
    keyHeads,
    keyHeadDim,
    valueHeads: config.count("linear_num_value_heads", MAX_HEADS, heads),
    valueHeadDim: config.count("linear_value_head_dim", MAX_HEAD_DIM, 2 * keyHeadDim),
    convWidth: config.count("linear_conv_kernel_dim", MAX_CONV, 4),
    projections: "four",
  };
}
