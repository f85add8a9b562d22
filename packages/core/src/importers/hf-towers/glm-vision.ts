import { vector } from "../../model/tensor.ts";
import { MAX_HIDDEN } from "../limits.ts";
import { encoderTensors } from "./encoder.ts";
import { CHANNELS, commonShape, edge, matrix, norm, patches, type Tower } from "./tower.ts";

/** GLM-4.1V to 4.6V: gated layers as wide as what they give; `intermediate_size` is the merger's. */
export const glmVision: Tower = {
  modelTypes: ["glm4v", "glm4v_moe", "glm46v"],
  key: "vision_config",
  isCounted: true,
  implied: {},
  ties: false,
  tiesByText: true,
  defaults: {
    depth: 24,
    hidden_size: 1536,
    num_heads: 12,
    image_size: 336,
    patch_size: 14,
    spatial_merge_size: 2,
    temporal_patch_size: 2,
    out_hidden_size: 4096,
    intermediate_size: 13_696,
  },
  tensors: ({ tower }) => {
    const out = tower.count("out_hidden_size", MAX_HIDDEN);
    const bias = tower.flag("attention_bias", false);
    const names = { num_hidden_layers: "depth", num_attention_heads: "num_heads" };
    const common = commonShape(tower.completed({ names }), { gated: true, qkvBias: bias });
    const { hidden, intermediate } = common;
    const patch = edge(tower, "patch_size");
    const cells = Math.floor(edge(tower, "image_size") / patch) ** 2;
    const frames = edge(tower, "temporal_patch_size");
    const joined = hidden * edge(tower, "spatial_merge_size") ** 2;
    const merger = "model.visual.merger";
    return [
      vector("model.visual.embeddings.position_embedding", "vision", cells * hidden),
      ...patches("model.visual.patch_embed.proj", { hidden, edge: patch, frames }, true),
      ...encoderTensors("model.visual.blocks", { ...common, intermediate: out }),
      ...matrix(`${merger}.proj`, { out, in: out }),
      ...norm(`${merger}.post_projection_norm`, out, true),
      ...matrix(`${merger}.gate_up_proj`, { out: 2 * intermediate, in: out }),
      ...matrix(`${merger}.down_proj`, { out, in: intermediate }),
      ...matrix("model.visual.downsample", { out, in: joined }, true),
      ...norm("model.visual.norms", 2 * hidden, false),
    ];
  },
  image: ({ tower }) => {
    const patch = edge(tower, "patch_size");
    const joined = edge(tower, "spatial_merge_size") ** 2;
    const frames = edge(tower, "temporal_patch_size");
    const tokensOf = (pixels: number): number =>
      Math.max(1, Math.floor(pixels / (patch ** 2 * joined)));
    const tokens = tokensOf(GLM_PIXELS.frame);
    return {
      tokens,
      patches: tokens * joined,
      patchInputs: CHANNELS * frames * patch ** 2,
      hidden: tower.count("hidden_size", MAX_HIDDEN),
      feedForward: 3 * tower.count("out_hidden_size", MAX_HIDDEN),
      features: 1,
      video: {
        besideTokens: tokensOf(GLM_PIXELS.image),
        pairTokens: tokens,
        mostTokens: tokensOf(GLM_PIXELS.video),
      },
    };
  },
};

/**
 * Pixels by which vLLM looks at GLM-4.xV (glm4_1v.py): of the sixteenth part of a video, which is as large as it makes
 * an image too, and of all pairs of frames of a video and of an image.
 */
const GLM_PIXELS = { frame: 2_940_000, image: 28 * 28 * 6144, video: 28 * 28 * 30_000 } as const;
