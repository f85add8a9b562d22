import type { HeadAttention, Indexer } from "../../model/attention.ts";
import type { Lightning } from "../../model/recurrent.ts";
import type { Fields } from "../fields.ts";
import { headAttention, layerTypes } from "../hf-layers.ts";
import { MAX_HEAD_DIM, MAX_HEADS, MAX_INTERMEDIATE } from "../limits.ts";
import type { Dimensions, Family } from "./family.ts";
import { moeOf } from "./moe.ts";

const KEYS = { experts: "num_local_experts", intermediate: "intermediate_size" };

/** MiniMax M2 to M2.5: norms over all heads together, experts in every layer. */
export const minimaxM2: Family = {
  modelTypes: ["minimax_m2"],
  defaults: { head_dim: 128, num_key_value_heads: 8 },
  differences: (config) => {
    const moe = moeOf(config, KEYS);
    return {
      qkNorm: "whole",
      feedForward: () => moe,
      notes: config.flag("use_mtp", false)
        ? ["its multi-token prediction modules are left out"]
        : [],
    };
  },
};

/** MiniMax-Text-01 and M1: lightning attention in all but every eighth layer. */
export const minimax: Family = {
  modelTypes: ["minimax", "minimax_text_01", "minimax_m1"],
  differences: (config, dimensions) => {
    const moe = moeOf(config, KEYS);
    const full = headAttention(config, dimensions, {});
    const lightning: Lightning = {
      kind: "recurrent",
      form: "lightning",
      heads: full.heads,
      headDim: full.headDim,
      stateElementBytes: 4,
    };
    const isFull = fullLayers(config, dimensions);
    return {
      attention: (layer) => (isFull(layer) ? full : lightning),
      feedForward: () => moe,
    };
  },
};

/** MiniMax M3: attention by heads, sparse in most layers, and one shared expert. */
export const minimaxM3: Family = {
  modelTypes: ["minimax_m3_vl", "minimax_m3_vl_text"],
  defaults: {
    head_dim: 128,
    num_key_value_heads: 4,
    dense_intermediate_size: 12_288,
    shared_intermediate_size: 3072,
  },
  differences: (config, dimensions) => {
    const moe = moeOf(config, {
      ...KEYS,
      sharedIntermediate: config.countOrZero("shared_intermediate_size", MAX_INTERMEDIATE),
    });
    const dense = {
      kind: "dense" as const,
      intermediate: config.count("dense_intermediate_size", MAX_INTERMEDIATE),
      gated: true,
      bias: false,
    };
    const full = headAttention(config, dimensions, { qkNorm: "head" });
    const sparse: HeadAttention = { ...full, indexer: indexerOf(config) };
    const isSparse = listed(config.object("sparse_attention_config"), "sparse_attention_freq");
    const types = layerTypes(config, "layer_types", dimensions.layers);
    const hasExperts = listed(config, "moe_layer_freq");
    const mlpTypes = layerTypes(config, "mlp_layer_types", dimensions.layers);
    return {
      attention: (layer) =>
        (types === undefined ? isSparse(layer) === 1 : types[layer] === SPARSE) ? sparse : full,
      feedForward: (layer) =>
        (mlpTypes === undefined ? hasExperts(layer) !== 0 : mlpTypes[layer] !== "dense")
          ? moe
          : dense,
    };
  },
};

const SPARSE = "minimax_m3_sparse";

function indexerOf(config: Fields): Indexer {
  const sparse = config.object("sparse_attention_config");
  return {
    heads:
      sparse?.count("sparse_num_index_heads", MAX_HEADS, 4) ??
      config.count("index_n_heads", MAX_HEADS, 4),
    headDim:
      sparse?.count("sparse_index_dim", MAX_HEAD_DIM, 128) ??
      config.count("index_head_dim", MAX_HEAD_DIM, 128),
  };
}

function listed(config: Fields | undefined, key: string): (layer: number) => number | undefined {
  const numbers = config?.counts(key, 1) ?? [];
  return (layer) => numbers[layer];
}

/** `layer_types`, or `attn_type_list` with a 1 for full attention, or every other layer from the first. */
function fullLayers(config: Fields, { layers }: Dimensions): (layer: number) => boolean {
  const types = layerTypes(config, "layer_types", layers);
  const numbers = config.counts("attn_type_list", 1);
  return (layer) => {
    if (types !== undefined) {
      return types[layer] === "full_attention";
    }
    return numbers.length === 0 ? layer % 2 === 0 : numbers[layer] === 1;
  };
}
