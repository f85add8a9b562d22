import type { KimiDelta } from "../../model/recurrent.ts";
import type { Fields } from "../fields.ts";
import { layerTypes } from "../hf-layers.ts";
import {
  MAX_CONV,
  MAX_EXPERTS,
  MAX_HEAD_DIM,
  MAX_HEADS,
  MAX_INTERMEDIATE,
  MAX_LAYERS,
} from "../limits.ts";
import { latentAttention } from "./deepseek.ts";
import type { Dimensions, Family } from "./family.ts";
import { moeOf } from "./moe.ts";

/** Kimi Linear: Kimi Delta Attention in most layers, latent attention in the rest, experts after the first. */
export const kimiLinear: Family = {
  modelTypes: ["kimi_linear"],
  names: {
    max_position_embeddings: "model_max_length",
    num_experts_per_tok: "num_experts_per_token",
  },
  defaults: { num_experts_per_tok: 8, max_position_embeddings: 1_048_576, num_shared_experts: 1 },
  differences: (config, dimensions) => {
    const full = latentAttention(config);
    const delta = kimiDelta(config);
    const isFull = fullLayers(config, dimensions);
    const width = config.count("moe_intermediate_size", MAX_INTERMEDIATE);
    const moe = moeOf(config, {
      experts: "num_experts",
      intermediate: "moe_intermediate_size",
      sharedIntermediate: config.countOrZero("num_shared_experts", MAX_EXPERTS) * width,
    });
    const types = layerTypes(config, "mlp_layer_types", dimensions.layers);
    const first = config.countOrZero("first_k_dense_replace", MAX_LAYERS, 1);
    return {
      attention: (layer) => (isFull(layer) ? full : delta),
      feedForward: (layer) =>
        (types === undefined ? layer >= first : types[layer] === "sparse") ? moe : undefined,
    };
  },
};

function kimiDelta(config: Fields): KimiDelta {
  const own = config.object("linear_attn_config");
  return {
    kind: "recurrent",
    form: "kimi-delta",
    heads:
      own?.count("num_heads", MAX_HEADS, 32) ?? config.count("linear_num_heads", MAX_HEADS, 32),
    headDim:
      own?.count("head_dim", MAX_HEAD_DIM, 128) ??
      config.count("linear_head_dim", MAX_HEAD_DIM, 128),
    convWidth:
      own?.count("short_conv_kernel_size", MAX_CONV, 4) ??
      config.count("linear_conv_kernel_dim", MAX_CONV, 4),
    stateElementBytes: 4,
  };
}

/** `layer_types`, or a list that numbers layers from one, or every fourth but the first. */
function fullLayers(config: Fields, { layers }: Dimensions): (layer: number) => boolean {
  const types = layerTypes(config, "layer_types", layers);
  const listed = config.object("linear_attn_config")?.counts("full_attn_layers", MAX_LAYERS) ?? [];
  const numbers = new Set(listed);
  return (layer) => {
    if (types !== undefined) {
      return types[layer] === "full_attention";
    }
    return listed.length > 0 ? numbers.has(layer + 1) : layer > 0 && layer % 4 === 0;
  };
}
