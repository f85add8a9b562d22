import type { HeadAttention } from "../../model/attention.ts";
import type { FeedForward } from "../../model/feed-forward.ts";
import { copied, type Tensor, vector } from "../../model/tensor.ts";
import { tokens } from "../../units/units.ts";
import type { Fields } from "../fields.ts";
import { headAttention, layerTypes } from "../hf-layers.ts";
import { MAX_CONTEXT, MAX_HEADS, MAX_HIDDEN, MAX_INTERMEDIATE, MAX_LAYERS } from "../limits.ts";
import type { Family } from "./family.ts";
import { layerEmbeddings } from "./gemma4.ts";
import { unreadKv } from "./unread-kv.ts";

/**
 * Gemma 3n: four sliding layers before each full one; the last layers read the cache of earlier ones; embeddings of
 * layers; several streams in place of the residual (AltUp), a low-rank branch in each layer (Laurel).
 */
export const gemma3n: Family = {
  modelTypes: ["gemma3n", "gemma3n_text"],
  defaults: {
    vocab_size: 262_400,
    num_attention_heads: 8,
    num_key_value_heads: 2,
    head_dim: 256,
    max_position_embeddings: 32_768,
    sliding_window: 512,
    vocab_size_per_layer_input: 262_144,
    hidden_size_per_layer_input: 256,
    altup_num_inputs: 4,
    num_kv_shared_layers: 15,
    laurel_rank: 64,
  },
  differences: (config, dimensions) => {
    const { layers, hidden } = dimensions;
    const bias = config.flag("attention_bias", false);
    const full = headAttention(config, dimensions, {
      qkNorm: "head",
      qkvBias: bias,
      outBias: bias,
    });
    const window = tokens(config.count("sliding_window", MAX_CONTEXT));
    const sliding: HeadAttention = { ...full, kind: "sliding", window };
    const types = layerTypes(config, "layer_types", layers);
    const first = layers - config.countOrZero("num_kv_shared_layers", MAX_LAYERS);
    const isFull = (layer: number): boolean =>
      types === undefined ? (layer + 1) % 5 === 0 : types[layer] === "full_attention";
    const width = config.count("hidden_size_per_layer_input", MAX_HIDDEN);
    const streams = config.count("altup_num_inputs", MAX_HEADS);
    const extra = layerExtras(config, { hidden, width, streams });
    return {
      tiedByDefault: true,
      norms: 4,
      attention: (layer) => ({
        ...(isFull(layer) ? full : sliding),
        ...(first > 0 && layer >= first ? { sharesKv: true } : {}),
      }),
      feedForward: widths(config),
      layer: (common) => ({ ...common, extra: [...extra, ...unreadKv(common.attention, hidden)] }),
      firstTensors: [
        ...layerEmbeddings(config, dimensions, width),
        ...["altup_projections", "altup_unembed_projections"].map((name) =>
          copied(name, "other", { out: (streams - 1) * hidden, in: hidden }),
        ),
      ],
    };
  },
};

/** One width for all layers, or a list of them. */
function widths(config: Fields): (layer: number) => FeedForward {
  const isList = Array.isArray(config.raw("intermediate_size"));
  const listed = isList ? config.counts("intermediate_size", MAX_INTERMEDIATE) : [];
  const common = isList ? 0 : config.count("intermediate_size", MAX_INTERMEDIATE, 16_384);
  return (layer) => ({
    kind: "dense",
    intermediate: listed[layer] ?? common,
    gated: true,
    bias: false,
  });
}

function layerExtras(
  config: Fields,
  {
    hidden,
    width,
    streams,
  }: { readonly hidden: number; readonly width: number; readonly streams: number },
): readonly Tensor[] {
  const rank = config.count("laurel_rank", MAX_HIDDEN);
  return [
    vector("altup.correct_output_scale", "other", hidden),
    copied("altup.correction_coefs", "other", { out: streams, in: streams }),
    copied("altup.prediction_coefs", "other", { out: streams ** 2, in: streams }),
    copied("altup.modality_router", "other", { out: streams, in: hidden }),
    vector("altup.router_norm", "norm", hidden),
    copied("laurel.linear_left", "other", { out: rank, in: hidden }),
    copied("laurel.linear_right", "other", { out: hidden, in: rank }),
    vector("laurel.post_laurel_norm", "norm", hidden),
    copied("per_layer_input_gate", "other", { out: width, in: hidden }),
    copied("per_layer_projection", "other", { out: hidden, in: width }),
    vector("post_per_layer_input_norm", "norm", hidden),
  ];
}
