import type { Fields } from "../fields.ts";
import { encoderTensors } from "./encoder.ts";
import { CHANNELS, commonShape, edge, matrix, norm, patches, type Tower } from "./tower.ts";

/** Mistral Small 3.1 and later, Ministral 3: Pixtral, patches merged by one matrix, and two more. */
export const pixtral: Tower = {
  modelTypes: ["mistral3"],
  key: "vision_config",
  isCounted: true,
  implied: { patch_size: 14, image_size: 1540 },
  defaults: {
    hidden_size: 1024,
    intermediate_size: 4096,
    num_hidden_layers: 24,
    num_attention_heads: 16,
    patch_size: 16,
    image_size: 1024,
  },
  tensors: ({ tower, whole, text }) => {
    const shape = commonShape(tower, { gated: true });
    const { hidden } = shape;
    const joined = hidden * mergedEdge(whole) ** 2;
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
  image: ({ tower, whole }) => {
    const { hidden, intermediate } = commonShape(tower, {});
    const patch = edge(tower, "patch_size");
    const joined = mergedEdge(whole);
    const rows = Math.max(1, Math.floor(edge(tower, "image_size") / (patch * joined)));
    return {
      // a token more for each row, its end
      tokens: rows * (rows + 1),
      patches: (rows * joined) ** 2,
      patchInputs: CHANNELS * patch ** 2,
      hidden,
      feedForward: 3 * intermediate,
      features: 1,
    };
  },
};

/** Patches on an edge of what becomes one token. */
function mergedEdge(whole: Fields): number {
  return edge(whole.completed({ defaults: { spatial_merge_size: 2 } }), "spatial_merge_size");
}
