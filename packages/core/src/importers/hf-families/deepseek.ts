import type { LatentAttention } from "../../model/attention.ts";
import type { FeedForward } from "../../model/feed-forward.ts";
import type { Fields } from "../fields.ts";
import { MAX_EXPERTS, MAX_HEAD_DIM, MAX_HEADS, MAX_INTERMEDIATE, MAX_LAYERS } from "../limits.ts";
import type { Family } from "./family.ts";
import { moeOf } from "./moe.ts";

/** DeepSeek V2, V3 and R1, Kimi K2: latent attention, and experts after the first dense layers. */
export const deepseek: Family = {
  modelTypes: ["deepseek_v2", "deepseek_v3", "kimi_k2"],
  differences: (config) => {
    if (config.flag("attention_bias", false)) {
      throw config.bad("attention_bias", "expected false: latent attention with biases is unknown");
    }
    const draft = config.raw("num_nextn_predict_layers") ?? 0;
    return {
      attention: latentAttention(config),
      feedForward: expertLayers(config),
      notes: draft === 0 ? [] : ["its multi-token prediction layers are left out"],
    };
  },
};

/** DeepSeek-MoE, the first: attention by heads, experts as in V2. */
export const deepseekMoe: Family = {
  modelTypes: ["deepseek"],
  differences: (config) => {
    const bias = config.flag("attention_bias", false);
    return { qkvBias: bias, outBias: bias, feedForward: expertLayers(config) };
  },
};

function latentAttention(config: Fields): LatentAttention {
  return {
    kind: "mla",
    heads: config.count("num_attention_heads", MAX_HEADS),
    queryRank: config.has("q_lora_rank") ? config.count("q_lora_rank", MAX_HEAD_DIM) : 0,
    kvRank: config.count("kv_lora_rank", MAX_HEAD_DIM),
    nopeHeadDim: config.count("qk_nope_head_dim", MAX_HEAD_DIM),
    ropeHeadDim: config.count("qk_rope_head_dim", MAX_HEAD_DIM),
    valueHeadDim: config.count("v_head_dim", MAX_HEAD_DIM),
  };
}

/** Layers from `first_k_dense_replace` on have experts, one in `moe_layer_freq`. */
export function expertLayers(config: Fields): (layer: number) => FeedForward | undefined {
  const width = config.count("moe_intermediate_size", MAX_INTERMEDIATE);
  const moe = moeOf(config, {
    experts: "n_routed_experts",
    intermediate: "moe_intermediate_size",
    sharedIntermediate: countOrZero(config, "n_shared_experts", MAX_EXPERTS) * width,
  });
  const first = countOrZero(config, "first_k_dense_replace", MAX_LAYERS);
  const frequency = config.count("moe_layer_freq", MAX_LAYERS, 1);
  return (layer) => (layer >= first && layer % frequency === 0 ? moe : undefined);
}

function countOrZero(config: Fields, key: string, most: number): number {
  const got = config.raw(key);
  return got === undefined || got === 0 ? 0 : config.count(key, most);
}
