import { vector } from "../../model/tensor.ts";
import { MAX_HIDDEN, MAX_INTERMEDIATE } from "../limits.ts";
import { encoderTensors } from "./encoder.ts";
import { CHANNELS, commonShape, edge, matrix, norm, patches, type Tower } from "./tower.ts";

/** Kimi K2.5: MoonViT, and a projector of two matrices over joined patches. */
export const kimiVision: Tower = {
  modelTypes: ["kimi_k25"],
  key: "vision_config",
  isCounted: true,
  implied: {},
  names: {
    hidden_size: "vt_hidden_size",
    intermediate_size: "vt_intermediate_size",
    num_attention_heads: "vt_num_attention_heads",
    num_hidden_layers: "vt_num_hidden_layers",
    pos_emb_height: "init_pos_emb_height",
    pos_emb_width: "init_pos_emb_width",
  },
  defaults: {
    hidden_size: 1152,
    intermediate_size: 4304,
    num_attention_heads: 16,
    num_hidden_layers: 27,
    patch_size: 14,
    pos_emb_height: 64,
    pos_emb_width: 64,
    merge_kernel_size: [2, 2],
  },
  tensors: ({ tower, whole, text }) => {
    const shape = commonShape(tower, {
      qkvBias: true,
      outBias: true,
      mlpBias: true,
      normBias: true,
    });
    const { hidden } = shape;
    const normWidth = whole.count(
      "projection_hidden_size",
      MAX_HIDDEN,
      tower.count("mm_hidden_size", MAX_HIDDEN, hidden),
    );
    const cells = edge(tower, "pos_emb_height") * edge(tower, "pos_emb_width");
    const [high = 1, wide = 1] = tower.counts("merge_kernel_size", 1024);
    const joined = hidden * high * wide;
    const out = tower.count("text_hidden_size", MAX_HIDDEN, text.hidden);
    return [
      ...patches(
        "model.vision_tower.patch_embed.proj",
        { hidden, edge: edge(tower, "patch_size") },
        true,
      ),
      vector("model.vision_tower.patch_embed.pos_emb", "vision", cells * hidden),
      ...encoderTensors("model.vision_tower.layers", shape),
      ...norm("model.vision_tower.final_layernorm", hidden, true),
      ...norm("model.mm_projector.pre_norm", normWidth, true),
      ...matrix("model.mm_projector.in_proj", { out: joined, in: joined }, true),
      ...matrix("model.mm_projector.out_proj", { out, in: joined }, true),
    ];
  },
  image: ({ tower }) => {
    const [high = 1, wide = 1] = tower.counts("merge_kernel_size", 1024);
    const joined = Math.max(1, high * wide);
    const tokens = Math.max(1, Math.floor(KIMI_PATCHES / joined));
    return {
      tokens,
      patches: tokens * joined,
      patchInputs: CHANNELS * edge(tower, "patch_size") ** 2,
      hidden: tower.count("hidden_size", MAX_HIDDEN),
      feedForward: 2 * tower.count("intermediate_size", MAX_INTERMEDIATE),
      features: 1,
    };
  },
};

/** As many patches as the preprocessor lets an image have (`in_patch_limit`); vLLM looks at one of 3000 by 3000 pixels. */
const KIMI_PATCHES = 16_384;
