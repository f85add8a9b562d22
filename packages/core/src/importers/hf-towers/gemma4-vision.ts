import { vector } from "../../model/tensor.ts";
import { encoderTensors } from "./encoder.ts";
import { commonShape, edge, matrix, type Tower } from "./tower.ts";

/** The most positions seen: 10240 along each axis. */
const MAX_POSITIONS = 16_777_216;

/** Gemma 4: patches of pixels through one matrix, a table of positions for each axis, gated layers with four norms. */
export const gemma4Vision: Tower = {
  modelTypes: ["gemma4"],
  key: "vision_config",
  isCounted: true,
  ties: true,
  defaults: {
    hidden_size: 768,
    intermediate_size: 3072,
    num_hidden_layers: 16,
    num_attention_heads: 12,
    patch_size: 16,
    position_embedding_size: 10_240,
  },
  tensors: ({ tower, text }) => {
    const shape = commonShape(tower, { gated: true, norms: 4, qkNorm: "head" });
    const { hidden } = shape;
    const places = tower.count("position_embedding_size", MAX_POSITIONS);
    return [
      vector(
        "model.vision_tower.patch_embedder.position_embedding_table",
        "vision",
        2 * places * hidden,
      ),
      ...matrix("model.vision_tower.patch_embedder.input_proj", {
        out: hidden,
        in: 3 * edge(tower, "patch_size") ** 2,
      }),
      ...encoderTensors("model.vision_tower.encoder.layers", shape),
      ...matrix("model.embed_vision.embedding_projection", { out: text.hidden, in: hidden }),
    ];
  },
};
