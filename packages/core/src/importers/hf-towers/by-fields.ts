import type { Tensor } from "../../model/tensor.ts";
import { vector } from "../../model/tensor.ts";
import type { Fields } from "../fields.ts";
import { MAX_CONTEXT, MAX_HEADS, MAX_HIDDEN, MAX_INTERMEDIATE, MAX_LAYERS } from "../limits.ts";
import { encoderTensors } from "./encoder.ts";
import { edge, matrix, patches } from "./tower.ts";

/** Names that towers have for their dimensions, the most usual first. */
const NAMES = {
  hidden: ["hidden_size", "embed_dim", "d_model", "hidden_dim", "vt_hidden_size", "width"],
  layers: [
    "num_hidden_layers",
    "depth",
    "encoder_layers",
    "vt_num_hidden_layers",
    "num_layers",
    "layers",
  ],
  heads: [
    "num_attention_heads",
    "num_heads",
    "encoder_attention_heads",
    "vt_num_attention_heads",
    "heads",
  ],
  intermediate: ["intermediate_size", "encoder_ffn_dim", "ffn_dim", "vt_intermediate_size"],
} as const;

/** Activations that come with a gate in every tower seen. */
const GATED = /silu|swish|swiglu/;

/**
 * A tower that no one described, read as a plain encoder with a projector of two matrices behind it: that is what most
 * are. Undefined where its fields don't say how large it is.
 */
export function towerByFields(
  tower: Fields,
  { kind, hidden: text }: { readonly kind: "vision" | "audio"; readonly hidden: number },
): readonly Tensor[] | undefined {
  const hidden = firstOf(tower, NAMES.hidden, MAX_HIDDEN);
  const layers = firstOf(tower, NAMES.layers, MAX_LAYERS);
  if (hidden === undefined || layers === undefined) {
    return undefined;
  }
  const intermediate =
    firstOf(tower, NAMES.intermediate, MAX_INTERMEDIATE) ?? ratio(tower) * hidden;
  const heads = firstOf(tower, NAMES.heads, MAX_HEADS) ?? 1;
  const joined = hidden * merged(tower);
  const gated = GATED.test(tower.text("hidden_act") ?? "");
  return [
    ...(kind === "vision" ? pixels(tower, hidden) : waves(tower, hidden)),
    ...encoderTensors("tower.layers", {
      ...{ layers, hidden, heads, intermediate, gated },
      headDim: Math.max(1, Math.floor(hidden / heads)),
      qkvBias: true,
      outBias: true,
      mlpBias: true,
      normBias: true,
    }),
    ...matrix("projector.linear_1", { out: text, in: joined }, true),
    ...matrix("projector.linear_2", { out: text, in: text }, true),
  ];
}

function firstOf(tower: Fields, names: readonly string[], most: number): number | undefined {
  const key = names.find((name) => typeof tower.raw(name) === "number");
  return key === undefined ? undefined : tower.count(key, most);
}

function ratio(tower: Fields): number {
  const stated = tower.raw("mlp_ratio");
  return typeof stated === "number" && stated >= 1 && stated <= MAX_RATIO ? Math.round(stated) : 4;
}

/** Widest feed-forward, in widths of the tower, and most patches along an edge that become one token: ten times what was seen. */
const MAX_RATIO = 64;

/** Neighbouring patches that become one token. */
function merged(tower: Fields): number {
  const side = tower.raw("spatial_merge_size");
  return typeof side === "number" ? tower.count("spatial_merge_size", MAX_RATIO) ** 2 : 1;
}

/** Patches, and learned positions where the image has one size. */
function pixels(tower: Fields, hidden: number): readonly Tensor[] {
  if (!tower.has("patch_size")) {
    return [];
  }
  const patch = edge(tower, "patch_size");
  const cells = tower.has("image_size") ? Math.floor(edge(tower, "image_size") / patch) ** 2 : 0;
  return [
    ...patches("tower.patch_embed", { hidden, edge: patch }, true),
    ...(cells === 0 ? [] : [vector("tower.positions", "vision", cells * hidden)]),
  ];
}

/** Bands of a spectrogram where the config does not say: Whisper's, by transformers' default. */
const MEL_BANDS = 80;

/** Two convolutions over three frames, as Whisper has them, and its positions. */
function waves(tower: Fields, hidden: number): readonly Tensor[] {
  const bins = tower.count("num_mel_bins", MAX_HIDDEN, MEL_BANDS);
  const places = tower.countOrZero("max_source_positions", MAX_CONTEXT, 0);
  return [
    ...matrix("tower.conv1", { out: hidden, in: 3 * bins }, true),
    ...matrix("tower.conv2", { out: hidden, in: 3 * hidden }, true),
    ...(places === 0 ? [] : [vector("tower.positions", "vision", places * hidden)]),
  ];
}
