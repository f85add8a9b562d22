import { type Tensor, vector } from "../../model/tensor.ts";
import type { Fields } from "../fields.ts";
import { MAX_CONV, MAX_HEADS, MAX_HIDDEN, MAX_LAYERS } from "../limits.ts";
import { matrix, type Tower } from "./tower.ts";

/** Bands of the spectrogram that its preprocessor makes; two convolutions halve them twice. */
const MEL_BANDS = 128;

/** Edge of a convolution over the spectrogram. */
const CONV_EDGE = 3;

/**
 * Gemma 4: a conformer. Each layer has attention with relative positions between two feed-forwards of four times the
 * width, and a gated convolution along time.
 */
export const gemma4Audio: Tower = {
  modelTypes: ["gemma4"],
  key: "audio_config",
  isCounted: true,
  ties: true,
  defaults: {
    hidden_size: 1024,
    num_hidden_layers: 12,
    num_attention_heads: 8,
    conv_kernel_size: 5,
    output_proj_dims: 1536,
    subsampling_conv_channels: [128, 32],
  },
  tensors: ({ tower, text }) => {
    const hidden = tower.count("hidden_size", MAX_HIDDEN);
    const output = tower.count("output_proj_dims", MAX_HIDDEN);
    const layers = tower.count("num_hidden_layers", MAX_LAYERS);
    return [
      ...subsampling(tower, hidden),
      ...layerTensors(tower, hidden).map((tensor) => ({
        ...tensor,
        copies: tensor.copies * layers,
      })),
      ...matrix("model.audio_tower.output_proj", { out: output, in: hidden }, true),
      ...matrix("model.embed_audio.embedding_projection", { out: text.hidden, in: output }),
    ];
  },
};

function subsampling(tower: Fields, hidden: number): readonly Tensor[] {
  const [first = 0, second = 0, ...more] = tower.counts("subsampling_conv_channels", MAX_HIDDEN);
  if (first === 0 || second === 0 || more.length > 0) {
    throw tower.bad("subsampling_conv_channels", "expected two positive integers");
  }
  const name = "model.audio_tower.subsample_conv_projection";
  return [
    ...matrix(`${name}.layer0.conv`, { out: first, in: CONV_EDGE ** 2 }),
    ...matrix(`${name}.layer1.conv`, { out: second, in: first * CONV_EDGE ** 2 }),
    vector(`${name}.norms`, "norm", first + second),
    ...matrix(`${name}.input_proj_linear`, { out: hidden, in: (second * MEL_BANDS) / 4 }),
  ];
}

function layerTensors(tower: Fields, hidden: number): readonly Tensor[] {
  const width = 4 * hidden;
  const kernel = tower.count("conv_kernel_size", MAX_CONV);
  const heads = tower.count("num_attention_heads", MAX_HEADS);
  if (hidden % heads !== 0) {
    throw tower.bad("num_attention_heads", `expected a divisor of ${hidden}, got ${heads}`);
  }
  const name = "model.audio_tower.layers";
  return [
    ...["feed_forward1", "feed_forward2"].flatMap((part) => [
      ...matrix(`${name}.${part}.ffw_layer_1`, { out: width, in: hidden }),
      ...matrix(`${name}.${part}.ffw_layer_2`, { out: hidden, in: width }),
    ]),
    ...["q_proj", "k_proj", "v_proj", "post", "relative_k_proj"].flatMap((part) =>
      matrix(`${name}.self_attn.${part}`, { out: hidden, in: hidden }),
    ),
    vector(`${name}.self_attn.per_dim_scale`, "norm", hidden / heads),
    ...matrix(`${name}.lconv1d.linear_start`, { out: 2 * hidden, in: hidden }),
    ...matrix(`${name}.lconv1d.depthwise_conv1d`, { out: hidden, in: kernel }),
    ...matrix(`${name}.lconv1d.linear_end`, { out: hidden, in: hidden }),
    vector(`${name}.norms`, "norm", NORMS * hidden),
  ];
}

/** Two around each feed-forward, two around attention, two in the convolution, one at the end. */
const NORMS = 9;
