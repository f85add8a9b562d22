import type { LargestImage } from "../../model/largest-image.ts";
import { type Tensor, vector } from "../../model/tensor.ts";
import type { Fields } from "../fields.ts";
import { MAX_HIDDEN, MAX_LAYERS } from "../limits.ts";
import { encoderTensors } from "./encoder.ts";
import { CHANNELS, commonShape, edge, matrix, norm, patches, type Tower } from "./tower.ts";

const NAMES = { num_hidden_layers: "depth", num_attention_heads: "num_heads" };
const SHARED = { patch_size: 14, spatial_merge_size: 2, temporal_patch_size: 2, num_heads: 16 };

/** `max_pixels` of the preprocessors of Qwen2-VL and Qwen2.5-VL, `size.longest_edge` of those since: 16,384 tokens both. */
const MOST_PIXELS = { edge14: 12_845_056, edge16: 16_777_216 };

/** Qwen2-VL: `hidden_size` is the width that it gives, `embed_dim` its own. */
export const qwen2Vision: Tower = {
  modelTypes: ["qwen2_vl"],
  key: "vision_config",
  isCounted: true,
  implied: {},
  ties: false,
  tiesByText: true,
  defaults: { ...SHARED, depth: 32, embed_dim: 1280, hidden_size: 3584, mlp_ratio: 4 },
  tensors: ({ tower }) => {
    const hidden = tower.count("embed_dim", MAX_HIDDEN);
    const fields = tower.completed({
      defaults: { num_hidden_layers: 32, num_attention_heads: 16 },
      names: { ...NAMES, hidden_size: "embed_dim" },
    });
    const shape = commonShape(
      fields.completed({
        defaults: { intermediate_size: hidden * tower.count("mlp_ratio", MAX_LAYERS) },
      }),
      { qkvBias: true, outBias: true, mlpBias: true, normBias: true },
    );
    return [
      ...patches(PATCHES, { hidden, ...pixels(tower) }, false),
      ...encoderTensors(BLOCKS, shape),
      ...norm("model.visual.merger.ln_q", hidden, true),
      ...merger(
        "model.visual.merger",
        merged(tower, hidden),
        tower.count("hidden_size", MAX_HIDDEN),
      ),
    ];
  },
  image: ({ tower }) => {
    const hidden = tower.count("embed_dim", MAX_HIDDEN);
    const feedForward = 2 * hidden * tower.count("mlp_ratio", MAX_LAYERS);
    return largest(tower, MOST_PIXELS.edge14, { hidden, feedForward });
  },
};

/** Qwen2.5-VL: RMS norms and a gated feed-forward. */
export const qwen25Vision: Tower = {
  modelTypes: ["qwen2_5_vl"],
  key: "vision_config",
  isCounted: true,
  implied: {},
  ties: false,
  tiesByText: true,
  defaults: {
    ...SHARED,
    depth: 32,
    hidden_size: 3584,
    intermediate_size: 3420,
    out_hidden_size: 3584,
  },
  tensors: ({ tower }) => {
    const shape = commonShape(tower.completed({ names: NAMES }), {
      gated: true,
      qkvBias: true,
      outBias: true,
      mlpBias: true,
    });
    const { hidden } = shape;
    return [
      ...patches(PATCHES, { hidden, ...pixels(tower) }, false),
      ...encoderTensors(BLOCKS, shape),
      ...norm("model.visual.merger.ln_q", hidden, false),
      ...merger("model.visual.merger", merged(tower, hidden), outWidth(tower)),
    ];
  },
  image: ({ tower }) => {
    const { hidden, intermediate } = commonShape(tower.completed({ names: NAMES }), {});
    return largest(tower, MOST_PIXELS.edge14, { hidden, feedForward: 3 * intermediate });
  },
};

const QWEN3 = {
  ...SHARED,
  patch_size: 16,
  depth: 27,
  hidden_size: 1152,
  intermediate_size: 4304,
  out_hidden_size: 3584,
  num_position_embeddings: 2304,
};

/** Qwen3-VL: learned positions, and mergers that feed middle layers to the language model. */
export const qwen3Vision: Tower = {
  modelTypes: ["qwen3_vl", "qwen3_vl_moe"],
  key: "vision_config",
  isCounted: true,
  implied: {},
  ties: false,
  defaults: { ...QWEN3, deepstack_visual_indexes: [8, 16, 24] },
  tensors: ({ tower }) => qwen3Tensors(tower),
  image: ({ tower }) => qwen3Image(tower),
};

/** Qwen 3.5: the same without middle layers; its class for text leaves the tower out. */
export const qwen35Vision: Tower = {
  modelTypes: ["qwen3_5", "qwen3_5_moe"],
  key: "vision_config",
  isCounted: false,
  defaults: QWEN3,
  tensors: ({ tower }) => qwen3Tensors(tower),
  image: ({ tower }) => qwen3Image(tower),
};

function qwen3Image(tower: Fields): LargestImage {
  const { hidden, intermediate } = commonShape(tower.completed({ names: NAMES }), {});
  const middle = tower.counts("deepstack_visual_indexes", MAX_LAYERS);
  return {
    ...largest(tower, MOST_PIXELS.edge16, { hidden, feedForward: 2 * intermediate }),
    features: 1 + middle.length,
  };
}

/** As many patches as the preprocessor lets pass, joined to tokens. */
function largest(
  tower: Fields,
  mostPixels: number,
  shape: Pick<LargestImage, "hidden" | "feedForward">,
): LargestImage {
  const patch = pixels(tower);
  const joined = edge(tower, "spatial_merge_size") ** 2;
  const tokens = Math.max(1, Math.floor(mostPixels / (patch.edge ** 2 * joined)));
  return {
    ...shape,
    tokens,
    patches: tokens * joined,
    patchInputs: CHANNELS * patch.frames * patch.edge ** 2,
    features: 1,
  };
}

function qwen3Tensors(tower: Fields): readonly Tensor[] {
  const shape = commonShape(tower.completed({ names: NAMES }), {
    qkvBias: true,
    outBias: true,
    mlpBias: true,
    normBias: true,
  });
  const { hidden } = shape;
  const wide = merged(tower, hidden);
  const middle = tower.counts("deepstack_visual_indexes", MAX_LAYERS);
  const deep = [
    ...norm("model.visual.deepstack_merger_list.norm", wide, true),
    ...merger("model.visual.deepstack_merger_list", wide, outWidth(tower)),
  ];
  return [
    ...patches(PATCHES, { hidden, ...pixels(tower) }, true),
    vector("model.visual.pos_embed", "vision", positions(tower) * hidden),
    ...encoderTensors(BLOCKS, shape),
    ...norm("model.visual.merger.norm", hidden, true),
    ...merger("model.visual.merger", wide, outWidth(tower)),
    ...deep.map((tensor) => ({ ...tensor, copies: middle.length })),
  ];
}

const PATCHES = "model.visual.patch_embed.proj";
const BLOCKS = "model.visual.blocks";

/** The most learned positions seen: 2304. */
const MAX_POSITIONS = 16_777_216;

function positions(tower: Fields): number {
  return tower.count("num_position_embeddings", MAX_POSITIONS);
}

function outWidth(tower: Fields): number {
  return tower.count("out_hidden_size", MAX_HIDDEN);
}

function pixels(tower: Fields): { readonly edge: number; readonly frames: number } {
  return { edge: edge(tower, "patch_size"), frames: edge(tower, "temporal_patch_size") };
}

/** Neighbouring patches are joined before they go to the language model. */
function merged(tower: Fields, hidden: number): number {
  return hidden * edge(tower, "spatial_merge_size") ** 2;
}

/** Two matrices with biases. */
function merger(name: string, wide: number, out: number): readonly Tensor[] {
  return [
    ...matrix(`${name}.linear_fc1`, { out: wide, in: wide }, true),
    ...matrix(`${name}.linear_fc2`, { out, in: wide }, true),
  ];
}
