import type { Attention } from "../../model/attention.ts";
import type { FeedForward } from "../../model/feed-forward.ts";
import { vector } from "../../model/tensor.ts";
import type { Fields } from "../fields.ts";
import { headAttention, layerTypes } from "../hf-layers.ts";
import { MAX_CONV, MAX_EXPERTS, MAX_INTERMEDIATE, MAX_LAYERS } from "../limits.ts";
import { expertLayers } from "./deepseek.ts";
import type { Dimensions, Family } from "./family.ts";
import { moeOf } from "./moe.ts";

/** StableLM: layer norms without biases in q and k, with them elsewhere. */
export const stablelm: Family = {
  modelTypes: ["stablelm", "stablelm_epoch"],
  differences: (config) => ({
    qkvBias: config.flag("use_qkv_bias", false),
    qkNorm: config.flag("qk_layernorm", false) ? "whole" : "none",
    norms: config.flag("use_parallel_residual", false) ? 1 : 2,
    normBias: true,
  }),
};

/** dots.llm1 and Solar Open: attention by heads, experts as in DeepSeek. */
export const dots1: Family = {
  modelTypes: ["dots1", "solar_open"],
  defaults: { n_shared_experts: 1 },
  differences: (config, dimensions) => {
    const bias = config.flag("attention_bias", false);
    const isDots = config.text("model_type") === "dots1";
    return {
      qkvBias: bias,
      outBias: isDots && bias,
      qkNorm: isDots ? "head" : "none",
      ...(isDots ? {} : { defaultHeadDim: 128 }),
      feedForward: expertLayers(config, dimensions),
    };
  },
};

/** ERNIE 4.5 MoE: a bias of the router, shared experts, biases everywhere or nowhere. */
export const ernieMoe: Family = {
  modelTypes: ["ernie4_5_moe"],
  defaults: {
    moe_k: 6,
    moe_num_experts: 64,
    moe_num_shared_experts: 2,
    moe_layer_start_index: 1,
    moe_layer_interval: 1,
  },
  differences: (config, { layers, vocab }) => {
    const bias = config.flag("use_bias", false);
    const width = config.count("moe_intermediate_size", MAX_INTERMEDIATE);
    const shared = config.countOrZero("moe_num_shared_experts", MAX_EXPERTS) * width;
    const moe = moeOf(config, {
      experts: "moe_num_experts",
      active: "moe_k",
      intermediate: "moe_intermediate_size",
      sharedIntermediate: shared,
    });
    const first = config.countOrZero("moe_layer_start_index", MAX_LAYERS);
    const last = config.has("moe_layer_end_index") ? config.raw("moe_layer_end_index") : layers - 1;
    const end = typeof last === "number" && last >= 0 ? last : layers - 1;
    const every = config.count("moe_layer_interval", MAX_LAYERS);
    const feedForward: FeedForward = { ...moe, routerExtra: moe.experts, sharedBias: bias };
    return {
      tiedByDefault: true,
      qkvBias: bias,
      outBias: bias,
      mlpBias: bias,
      feedForward: (layer) =>
        (layer + 1) % every === 0 && layer >= first && layer <= end ? feedForward : undefined,
      ...(bias ? { finalTensors: [vector("lm_head.bias", "head", vocab)] } : {}),
    };
  },
};

/** LFM2: gated short convolutions, attention in some layers, experts in the MoE form. */
export const lfm2: Family = {
  modelTypes: ["lfm2", "lfm2_moe"],
  names: { intermediate_size: "block_ff_dim", tie_word_embeddings: "tie_embedding" },
  defaults: { conv_L_cache: 3, max_position_embeddings: 128_000, num_key_value_heads: 8 },
  differences: (config, dimensions) => {
    const full = headAttention(config, dimensions, { qkNorm: "head" });
    const conv: Attention = {
      kind: "recurrent",
      form: "short-conv",
      channels: dimensions.hidden,
      convWidth: config.count("conv_L_cache", MAX_CONV),
      hasBias: config.flag("conv_bias", false),
    };
    const isFull = fullLayers(config, dimensions);
    return {
      tiedByDefault: true,
      attention: (layer) => (isFull(layer) ? full : conv),
      feedForward: lfmFeedForward(config),
    };
  },
};

function fullLayers(config: Fields, { layers }: Dimensions): (layer: number) => boolean {
  const types = layerTypes(config, "layer_types", layers);
  const listed = new Set(config.counts("full_attn_idxs", MAX_LAYERS));
  const isListed = config.has("full_attn_idxs");
  return (layer) =>
    types === undefined ? !isListed || listed.has(layer) : types[layer] === "full_attention";
}

/** The dense form takes two thirds of the stated width, rounded up, unless told not to; the first layers of the MoE form are dense. */
function lfmFeedForward(config: Fields): (layer: number) => FeedForward {
  const isMoe = config.text("model_type") === "lfm2_moe";
  const stated = config.count("intermediate_size", MAX_INTERMEDIATE);
  const multiple = config.count("block_multiple_of", MAX_INTERMEDIATE, 256);
  const adjusts = !isMoe && config.flag("block_auto_adjust_ff_dim", true);
  const factor = config.raw("block_ffn_dim_multiplier") ?? 1;
  const scaled = Math.floor(
    (typeof factor === "number" ? factor : 1) * Math.floor((2 * stated) / 3),
  );
  const intermediate = adjusts ? multiple * Math.ceil(scaled / multiple) : stated;
  const dense: FeedForward = { kind: "dense", intermediate, gated: true, bias: false };
  if (!isMoe) {
    return () => dense;
  }
  const moe = moeOf(config, { experts: "num_experts", intermediate: "moe_intermediate_size" });
  const first = config.countOrZero("num_dense_layers", MAX_LAYERS, 2);
  return (layer) => (layer < first ? dense : moe);
}
