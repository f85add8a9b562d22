import type { Fields } from "../fields.ts";
import { MAX_INTERMEDIATE, MAX_LAYERS } from "../limits.ts";
import type { Dimensions, Family } from "./family.ts";
import { moeOf } from "./moe.ts";

/** Llama 4: three chunked layers before each full one, one shared expert, dense layers in between (Maverick). */
export const llama4: Family = {
  modelTypes: ["llama4", "llama4_text"],
  defaults: {
    attention_chunk_size: 8192,
    num_key_value_heads: 8,
    head_dim: 128,
    intermediate_size: 8192,
    intermediate_size_mlp: 16_384,
    max_position_embeddings: 131_072,
    num_experts_per_tok: 1,
    num_local_experts: 16,
  },
  differences: (config, dimensions) => {
    const bias = config.flag("attention_bias", false);
    const width = config.count("intermediate_size", MAX_INTERMEDIATE);
    const moe = moeOf(config, {
      experts: "num_local_experts",
      intermediate: "intermediate_size",
      sharedIntermediate: width,
    });
    const dense = {
      kind: "dense" as const,
      intermediate: config.count("intermediate_size_mlp", MAX_INTERMEDIATE),
      gated: true,
      bias: false,
    };
    const hasExperts = expertLayers(config);
    const isChunked = chunkedLayers(config, dimensions);
    return {
      qkvBias: bias,
      outBias: bias,
      feedForward: (layer) => (hasExperts(layer) ? moe : dense),
      ...(config.has("attention_chunk_size") ? { isChunked } : {}),
    };
  },
};

/** `moe_layers` names them, else every `interleave_moe_layer_step`-th layer has experts. */
function expertLayers(config: Fields): (layer: number) => boolean {
  if (config.has("moe_layers")) {
    const listed = new Set(config.counts("moe_layers", MAX_LAYERS));
    return (layer) => listed.has(layer);
  }
  const step = config.count("interleave_moe_layer_step", MAX_LAYERS, 1);
  return (layer) => (layer + 1) % step === 0;
}

/** Layers without rotary positions see everything: `no_rope_layers` has a 0 for them. */
function chunkedLayers(config: Fields, { layers }: Dimensions): (layer: number) => boolean {
  const listed = config.counts("no_rope_layers", 1);
  const interval = config.count("no_rope_layer_interval", MAX_LAYERS, 4);
  return listed.length >= layers
    ? (layer) => listed[layer] === 1
    : (layer) => (layer + 1) % interval !== 0;
}
