import { encoderTensors } from "./encoder.ts";
import { commonShape, edge, matrix, norm, patches, type Tower } from "./tower.ts";

/** Mistral Small 3.1 and later, Ministral 3: Pixtral, patches merged by one matrix, and two more. */
export const pixtral: Tower = {
  modelTypes: ["mistral3"],
  key: "vision_config",
  isCounted: true,
  implied: { patch_size: 14 },
  defaults: {
    hidden_size: 1024,
    intermediate_size: 4096,
    num_hidden_layers: 24,
    num_attention_heads: 16,
    patch_size: 16,
  },
  tensors: ({ tower, whole, text }) => {
    const shape = commonShape(tower, { gated: true });
    const { hidden } = shape;
    const joined =
      hidden *
      edge(whole.completed({ defaults: { spatial_merge_size: 2 } }), "spatial_merge_size") ** 2;
    const hasBias = whole.flag("multimodal_projector_bias", false);
    const name = "model.multi_modal_projector";
    return [
      ...patches(
        "model.vision_tower.patch_conv",
        { hidden, edge: edge(tower, "patch_size") },
        false,
      ),
      ...norm("model.vision_tower.ln_pre", hidden, false),
      ...encoderTensors("model.vision_tower.transformer.layers", shape),
      ...norm(`${name}.norm`, hidden, false),
      ...matrix(`${name}.patch_merger`, { out: hidden, in: joined }),
      ...matrix(`${name}.linear_1`, { out: text.hidden, in: hidden }, hasBias),
      ...matrix(`${name}.linear_2`, { out: text.hidden, in: text.hidden }, hasBias),
    ];
  },
};
