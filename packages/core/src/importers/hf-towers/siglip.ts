import { type Tensor, vector } from "../../model/tensor.ts";
import type { Fields } from "../fields.ts";
import { MAX_LAYERS } from "../limits.ts";
import { encoderTensors } from "./encoder.ts";
import { CHANNELS, commonShape, edge, matrix, norm, patches, type Tower } from "./tower.ts";

const BIASED = { qkvBias: true, outBias: true, mlpBias: true, normBias: true };

/** Gemma 3: SigLIP, one projection without a bias, and a norm. */
export const gemma3Vision: Tower = {
  modelTypes: ["gemma3"],
  key: "vision_config",
  isCounted: true,
  implied: {},
  ties: true,
  defaults: {
    hidden_size: 768,
    intermediate_size: 3072,
    num_hidden_layers: 12,
    num_attention_heads: 12,
    image_size: 224,
    patch_size: 16,
    vision_use_head: true,
  },
  tensors: ({ tower, text }) => {
    const shape = commonShape(tower, BIASED);
    return [
      ...siglip(tower, "model.vision_tower"),
      ...(tower.flag("vision_use_head", true) ? poolingHead(shape) : []),
      ...matrix("model.multi_modal_projector", { out: text.hidden, in: shape.hidden }),
      ...norm("model.multi_modal_projector.norm", shape.hidden, false),
    ];
  },
  image: ({ tower, whole }) => {
    const { hidden, intermediate } = commonShape(tower, BIASED);
    const patch = edge(tower, "patch_size");
    return {
      tokens: whole.count("mm_tokens_per_image", MAX_TOKENS, GEMMA_TOKENS),
      patches: Math.max(1, Math.floor(edge(tower, "image_size") / patch)) ** 2,
      patchInputs: CHANNELS * patch ** 2,
      hidden,
      feedForward: 2 * intermediate,
      features: 1,
    };
  },
};

/** What Gemma 3's config says of an image where it says nothing, and the most that one may say: 16 times as much was never seen. */
const GEMMA_TOKENS = 256;
const MAX_TOKENS = 4096;

/** LLaVA 1.5 and 1.6: CLIP and two matrices. */
export const llavaVision: Tower = {
  modelTypes: ["llava", "llava_next"],
  key: "vision_config",
  isCounted: true,
  ties: false,
  tiesByText: true,
  implied: {
    hidden_size: 1024,
    intermediate_size: 4096,
    num_hidden_layers: 24,
    num_attention_heads: 16,
    image_size: 336,
    patch_size: 14,
  },
  defaults: {
    hidden_size: 768,
    intermediate_size: 3072,
    num_hidden_layers: 12,
    num_attention_heads: 12,
    image_size: 224,
    patch_size: 32,
  },
  tensors: ({ tower, whole, text }) => {
    const { hidden } = commonShape(tower, BIASED);
    const hasBias = whole.flag("multimodal_projector_bias", true);
    const isNext = whole.text("model_type") === "llava_next";
    return [
      ...clip(tower, "model.vision_tower"),
      ...matrix("model.multi_modal_projector.linear_1", { out: text.hidden, in: hidden }, hasBias),
      ...matrix(
        "model.multi_modal_projector.linear_2",
        { out: text.hidden, in: text.hidden },
        hasBias,
      ),
      ...(isNext ? [vector("model.image_newline", "vision", text.hidden)] : []),
    ];
  },
};

/** VipLLaVA: as LLaVA, with several of the tower's layers side by side behind a norm. */
export const vipLlavaVision: Tower = {
  ...llavaVision,
  modelTypes: ["vipllava"],
  tensors: ({ tower, whole, text }) => {
    const width = featureLayers(whole) * commonShape(tower, BIASED).hidden;
    const name = "model.multi_modal_projector";
    return [
      ...clip(tower, "model.vision_tower"),
      ...norm(`${name}.projector_layernorm`, width, true),
      ...matrix(`${name}.linear_1`, { out: text.hidden, in: width }, true),
      ...matrix(`${name}.linear_2`, { out: text.hidden, in: text.hidden }, true),
    ];
  },
};

/** The layers whose output is read: a list of them, or one; five where the config does not say. */
function featureLayers(whole: Fields): number {
  const listed = whole.raw("vision_feature_layers") ?? VIP_LAYERS;
  if (!Array.isArray(listed)) {
    return 1;
  }
  if (listed.length === 0 || listed.length > MAX_LAYERS) {
    throw whole.bad(
      "vision_feature_layers",
      `expected 1 to ${MAX_LAYERS} layers, got ${listed.length}`,
    );
  }
  return listed.length;
}

const VIP_LAYERS = [-2, -5, -8, -11, 6];

/** Patches with a bias, learned positions, layers with biases, a norm. */
function siglip(tower: Fields, name: string): readonly Tensor[] {
  const shape = commonShape(tower, BIASED);
  const size = { hidden: shape.hidden, edge: edge(tower, "patch_size") };
  const cells = Math.floor(edge(tower, "image_size") / size.edge) ** 2;
  return [
    ...patches(`${name}.embeddings.patch_embedding`, size, true),
    vector(`${name}.embeddings.position_embedding`, "vision", cells * shape.hidden),
    ...encoderTensors(`${name}.encoder.layers`, shape),
    ...norm(`${name}.post_layernorm`, shape.hidden, true),
  ];
}

/** As SigLIP without a bias of patches, with one more place for the class, and a norm before the layers. */
function clip(tower: Fields, name: string): readonly Tensor[] {
  const shape = commonShape(tower, BIASED);
  const size = { hidden: shape.hidden, edge: edge(tower, "patch_size") };
  const cells = Math.floor(edge(tower, "image_size") / size.edge) ** 2;
  return [
    ...patches(`${name}.embeddings.patch_embedding`, size, false),
    vector(`${name}.embeddings`, "vision", (cells + 2) * shape.hidden),
    ...norm(`${name}.pre_layrnorm`, shape.hidden, true),
    ...encoderTensors(`${name}.encoder.layers`, shape),
    ...norm(`${name}.post_layernorm`, shape.hidden, true),
  ];
}

/** SigLIP's attention pooling: a probe, attention, a norm and a feed-forward. */
function poolingHead(shape: {
  readonly hidden: number;
  readonly intermediate: number;
}): readonly Tensor[] {
  const { hidden, intermediate } = shape;
  const name = "model.vision_tower.head";
  return [
    vector(`${name}.probe`, "vision", hidden),
    ...matrix(`${name}.attention.in_proj`, { out: 3 * hidden, in: hidden }, true),
    ...matrix(`${name}.attention.out_proj`, { out: hidden, in: hidden }, true),
    ...norm(`${name}.layernorm`, hidden, true),
    ...matrix(`${name}.mlp.fc1`, { out: intermediate, in: hidden }, true),
    ...matrix(`${name}.mlp.fc2`, { out: hidden, in: intermediate }, true),
  ];
}
