import type { HeadAttention } from "../../model/attention.ts";
import type { FeedForward } from "../../model/feed-forward.ts";
import { copied, cutRows, type Tensor, vector } from "../../model/tensor.ts";
import { tokens } from "../../units/units.ts";
import type { Fields } from "../fields.ts";
import { headAttention, layerTypes } from "../hf-layers.ts";
import {
  MAX_CONTEXT,
  MAX_HEAD_DIM,
  MAX_HEADS,
  MAX_HIDDEN,
  MAX_INTERMEDIATE,
  MAX_LAYERS,
  MAX_VOCAB,
} from "../limits.ts";
import type { Dimensions, Family } from "./family.ts";
import { moeOf } from "./moe.ts";
import { unreadKv } from "./unread-kv.ts";

const DEFAULTS = {
  vocab_size: 262_144,
  num_attention_heads: 8,
  num_key_value_heads: 4,
  head_dim: 256,
  vocab_size_per_layer_input: 262_144,
};

/**
 * Gemma 4: five sliding layers before each full one, whose heads are wider and fewer; the last layers may read
 * the cache of earlier ones; each layer may have an embedding of its own; experts may stand beside the dense
 * feed-forward.
 */
export const gemma4: Family = {
  modelTypes: ["gemma4", "gemma4_text"],
  defaults: {
    ...DEFAULTS,
    max_position_embeddings: 131_072,
    sliding_window: 512,
    hidden_size_per_layer_input: 256,
  },
  differences: (config, dimensions) => {
    const isShared = sharedLayers(config, dimensions);
    const isFull = fullLayers(config, dimensions);
    const forms = { full: fullForm(config, dimensions), sliding: slidingForm(config, dimensions) };
    const perLayer = config.countOrZero("hidden_size_per_layer_input", MAX_HIDDEN);
    const extra = [...(perLayer === 0 ? [] : layerInput(perLayer, dimensions.hidden))];
    const hasExperts = config.flag("enable_moe_block", false);
    return {
      tiedByDefault: true,
      norms: hasExperts ? 7 : 4,
      attention: (layer) => ({
        ...forms[isFull(layer) ? "full" : "sliding"],
        ...(isShared(layer) ? { sharesKv: true } : {}),
      }),
      feedForward: (layer) => feedForward(config, dimensions, isShared(layer)),
      layer: (common) => {
        const all = [...extra, ...unreadKv(common.attention, dimensions.hidden)];
        return all.length === 0 ? common : { ...common, extra: all };
      },
      firstTensors: perLayer === 0 ? [] : layerEmbeddings(config, dimensions, perLayer),
    };
  },
};

/** Gemma 4 12B, whose tokens of text, image and sound share one decoder: no layer has an embedding of its own. */
export const gemma4Unified: Family = {
  ...gemma4,
  modelTypes: ["gemma4_unified", "gemma4_unified_text"],
  defaults: {
    ...DEFAULTS,
    max_position_embeddings: 262_144,
    sliding_window: 1024,
    hidden_size_per_layer_input: 0,
  },
};

/** The last `num_kv_shared_layers` read what the last layer of their kind before them cached. */
function sharedLayers(config: Fields, { layers }: Dimensions): (layer: number) => boolean {
  const first = layers - config.countOrZero("num_kv_shared_layers", MAX_LAYERS, 0);
  return (layer) => first > 0 && layer >= first;
}

/** The last layer is full whatever the list says. */
function fullLayers(config: Fields, { layers }: Dimensions): (layer: number) => boolean {
  const types = layerTypes(config, "layer_types", layers);
  return (layer) =>
    layer === layers - 1 ||
    (types === undefined ? (layer + 1) % 6 === 0 : types[layer] === "full_attention");
}

function commonForm(config: Fields, dimensions: Dimensions): HeadAttention {
  const bias = config.flag("attention_bias", false);
  return headAttention(config, dimensions, { qkNorm: "head", qkvBias: bias, outBias: bias });
}

function slidingForm(config: Fields, dimensions: Dimensions): HeadAttention {
  const window = tokens(config.count("sliding_window", MAX_CONTEXT));
  return { ...commonForm(config, dimensions), kind: "sliding", window };
}

function fullForm(config: Fields, dimensions: Dimensions): HeadAttention {
  const common = commonForm(config, dimensions);
  const keyIsValue = config.flag("attention_k_eq_v", false);
  const own = ofFullLayers(config);
  const sizes =
    own === undefined
      ? {
          headDim: config.count("global_head_dim", MAX_HEAD_DIM, 512),
          ...(keyIsValue
            ? { kvHeads: config.count("num_global_key_value_heads", MAX_HEADS, common.kvHeads) }
            : {}),
        }
      : {
          headDim: own.count("head_dim", MAX_HEAD_DIM, common.headDim),
          kvHeads: own.count("num_key_value_heads", MAX_HEADS, common.kvHeads),
        };
  return { ...common, ...sizes, ...(keyIsValue ? { keyIsValue } : {}) };
}

/**
 * transformers writes what full layers have of their own layer by layer since 5.18, in place of Google's two keys,
 * of which the heads count only where keys are values.
 */
function ofFullLayers(config: Fields): Fields | undefined {
  const layers = config.object("per_layer_config");
  const [first] = layers?.keys() ?? [];
  return first === undefined ? undefined : layers?.object(first);
}

/** Layers that share K and V may have a feed-forward of twice the width. */
function feedForward(config: Fields, { hidden }: Dimensions, isShared: boolean): FeedForward {
  const isWide = isShared && config.flag("use_double_wide_mlp", false);
  const dense = {
    kind: "dense" as const,
    intermediate: config.count("intermediate_size", MAX_INTERMEDIATE) * (isWide ? 2 : 1),
    gated: true,
    bias: false,
  };
  if (!config.flag("enable_moe_block", false)) {
    return dense;
  }
  const moe = moeOf(config, {
    experts: "num_experts",
    active: "top_k_experts",
    intermediate: "moe_intermediate_size",
    beside: dense,
  });
  // a scale for each channel before the router, and one for each expert after it
  return { ...moe, routerExtra: hidden + moe.experts };
}

/** Into the width of the layer's own embedding and back, and a norm. */
function layerInput(width: number, hidden: number): readonly Tensor[] {
  return [
    copied("per_layer_input_gate", "other", { out: width, in: hidden }),
    copied("per_layer_projection", "other", { out: hidden, in: width }),
    vector("post_per_layer_input_norm", "norm", hidden),
  ];
}

/** One table for all layers, and what makes a part of it from the token's embedding. */
export function layerEmbeddings(
  config: Fields,
  { layers, hidden }: Dimensions,
  width: number,
): readonly Tensor[] {
  const vocab = config.count("vocab_size_per_layer_input", MAX_VOCAB);
  return [
    {
      ...cutRows("model.embed_tokens_per_layer", "embedding", {
        out: vocab,
        in: layers * width,
        units: vocab,
      }),
      isLinear: false,
    },
    copied("model.per_layer_model_projection", "other", { out: layers * width, in: hidden }),
    vector("model.per_layer_projection_norm", "norm", width),
  ];
}
