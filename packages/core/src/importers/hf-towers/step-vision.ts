import { vector } from "../../model/tensor.ts";
import { type Fields, shownSafely } from "../fields.ts";
import { encoderTensors } from "./encoder.ts";
import { commonShape, edge, matrix, norm, patches, type Tower } from "./tower.ts";

/** Step 3.7: layers with a scale on each branch, two convolutions that halve the image, one matrix. */
export const stepVision: Tower = {
  modelTypes: ["step3p7"],
  key: "vision_config",
  isCounted: true,
  implied: {},
  ties: false,
  names: { hidden_size: "width", num_hidden_layers: "layers", num_attention_heads: "heads" },
  defaults: {
    hidden_size: 1536,
    num_hidden_layers: 47,
    num_attention_heads: 16,
    image_size: 728,
    patch_size: 14,
    mlp_ratio: 8960 / 1536,
  },
  tensors: ({ tower, whole, text }) => {
    const width = tower.count("hidden_size", 262_144);
    const intermediate = intermediateOf(tower, width);
    const shape = commonShape(
      tower.completed({ names: {}, defaults: { intermediate_size: intermediate } }),
      {
        intermediate,
        qkvBias: true,
        outBias: true,
        mlpBias: true,
        normBias: true,
        extra: [vector("lambda", "vision", 2 * width)],
      },
    );
    const { hidden } = shape;
    const patch = edge(tower, "patch_size");
    const cells = Math.floor(edge(tower, "image_size") / patch) ** 2;
    return [
      ...patches("model.vision_model.embeddings", { hidden, edge: patch }, false),
      vector("model.vision_model.embeddings.position_embedding", "vision", cells * hidden),
      ...norm("model.vision_model.pre_layernorm", hidden, true),
      ...encoderTensors("model.vision_model.layers", shape),
      ...matrix("model.vision_model.downsampler1", { out: 2 * hidden, in: 9 * hidden }, true),
      ...matrix("model.vision_model.downsampler2", { out: 4 * hidden, in: 18 * hidden }, true),
      ...matrix(
        "model.multi_modal_projector",
        { out: text.hidden, in: 4 * hidden },
        whole.flag("projector_bias", false),
      ),
    ];
  },
};

/** As wide as the ratio says, cut to a whole number; at most a hundred times the width, where the largest seen is six. */
function intermediateOf(tower: Fields, width: number): number {
  const ratio = tower.raw("mlp_ratio");
  if (typeof ratio !== "number" || !(width * ratio >= 1 && ratio <= MAX_RATIO)) {
    const got = shownSafely(ratio);
    throw tower.bad(
      "mlp_ratio",
      `expected a number from 1 / hidden_size to ${MAX_RATIO}, got ${got}`,
    );
  }
  return Math.trunc(width * ratio);
}

const MAX_RATIO = 100;
