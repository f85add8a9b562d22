import type { HeadAttention } from "../../model/attention.ts";
import { groupLayers } from "../../model/layer-groups.ts";
import type { Layer, ModelPart } from "../../model/model.ts";
import { copied, type Tensor, vector } from "../../model/tensor.ts";
import type { Fields } from "../fields.ts";
import { encoderLayer } from "../hf-towers/encoder.ts";
import { MAX_CONTEXT, MAX_HEADS, MAX_HIDDEN, MAX_INTERMEDIATE, MAX_LAYERS } from "../limits.ts";
import type { Family } from "./family.ts";

/** Whisper: an encoder of sound behind two convolutions, a decoder that attends to it; k has no bias. */
export const whisper: Family = {
  modelTypes: ["whisper"],
  isEncoder: true,
  names: {
    hidden_size: "d_model",
    num_hidden_layers: "decoder_layers",
    num_attention_heads: "decoder_attention_heads",
    intermediate_size: "decoder_ffn_dim",
    max_position_embeddings: "max_target_positions",
  },
  defaults: { max_target_positions: 448, max_source_positions: 1500, num_mel_bins: 80 },
  differences: (config, { hidden }) => {
    const heads = config.count("num_attention_heads", MAX_HEADS);
    const source = config.count("max_source_positions", MAX_CONTEXT, 1500);
    const target = config.count("max_position_embeddings", MAX_CONTEXT, 448);
    const shape = {
      layers: 1,
      hidden,
      heads,
      intermediate: config.count("intermediate_size", MAX_INTERMEDIATE),
      outBias: true,
      mlpBias: true,
      normBias: true,
      norms: 3,
      // of q and v, in both kinds of attention
      extra: [vector("qv_bias", "attention", 4 * hidden)],
    };
    const layer = encoderLayer(shape);
    const cross = layer.attention as HeadAttention;
    return {
      tiedByDefault: true,
      normBias: true,
      norms: 3,
      attention: () => ({ ...cross, kind: "full" }),
      feedForward: () => layer.feedForward,
      layer: (common) => ({ ...common, cross, extra: shape.extra }),
      firstTensors: [vector("model.decoder.embed_positions", "embedding", target * hidden)],
      parts: [encoderOf(config, { hidden, source })],
      crossTokens: source,
    };
  },
};

function encoderOf(
  config: Fields,
  { hidden, source }: { readonly hidden: number; readonly source: number },
): ModelPart {
  const layer: Layer = encoderLayer({
    layers: 1,
    hidden,
    heads: config.count("encoder_attention_heads", MAX_HEADS),
    intermediate: config.count("encoder_ffn_dim", MAX_INTERMEDIATE),
    outBias: true,
    mlpBias: true,
    normBias: true,
    extra: [vector("qv_bias", "attention", 2 * hidden)],
  });
  const count = config.count("encoder_layers", MAX_LAYERS);
  return {
    kind: "encoder",
    isCounted: true,
    isLoaded: true,
    tensors: soundTensors(config.count("num_mel_bins", MAX_HIDDEN, 80), { hidden, source }),
    layers: groupLayers(Array.from({ length: count }, () => layer)),
    hidden,
  };
}

/** Two convolutions over three frames, positions, and a norm after the layers. */
function soundTensors(
  bins: number,
  { hidden, source }: { readonly hidden: number; readonly source: number },
): readonly Tensor[] {
  return [
    copied("model.encoder.conv1", "other", { out: hidden, in: 3 * bins }),
    copied("model.encoder.conv2", "other", { out: hidden, in: 3 * hidden }),
    vector("model.encoder.conv.bias", "other", 2 * hidden),
    vector("model.encoder.embed_positions", "embedding", source * hidden),
    vector("model.encoder.layer_norm", "norm", 2 * hidden),
  ].map((tensor) => ({ ...tensor, isLinear: false }));
}
