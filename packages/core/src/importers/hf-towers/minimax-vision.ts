import { MAX_HIDDEN } from "../limits.ts";
import { encoderTensors } from "./encoder.ts";
import { commonShape, edge, matrix, norm, patches, type Tower } from "./tower.ts";

/** MiniMax M3: CLIP's layers without learned positions; two matrices before patches are joined, two after. */
export const minimaxVision: Tower = {
  modelTypes: ["minimax_m3_vl"],
  key: "vision_config",
  isCounted: true,
  implied: {},
  ties: false,
  tiesByText: true,
  defaults: {
    hidden_size: 1280,
    intermediate_size: 5120,
    num_hidden_layers: 32,
    num_attention_heads: 16,
    patch_size: 14,
    temporal_patch_size: 2,
    spatial_merge_size: 2,
  },
  tensors: ({ tower, whole, text }) => {
    const shape = commonShape(tower, {
      qkvBias: true,
      outBias: true,
      mlpBias: true,
      normBias: true,
    });
    const { hidden } = shape;
    const inner = whole.count("projector_hidden_size", MAX_HIDDEN, 6144);
    const joined = text.hidden * edge(tower, "spatial_merge_size") ** 2;
    const pixels = {
      hidden,
      edge: edge(tower, "patch_size"),
      frames: edge(tower, "temporal_patch_size"),
    };
    const name = "model.multi_modal_projector";
    return [
      ...patches("model.vision_tower.embeddings.proj", pixels, false),
      ...norm("model.vision_tower.pre_layrnorm", hidden, true),
      ...encoderTensors("model.vision_tower.layers", shape),
      ...matrix(`${name}.linear_1`, { out: inner, in: hidden }, true),
      ...matrix(`${name}.linear_2`, { out: text.hidden, in: inner }, true),
      ...matrix(`${name}.merge_linear_1`, { out: inner, in: joined }, true),
      ...matrix(`${name}.merge_linear_2`, { out: text.hidden, in: inner }, true),
    ];
  },
};
