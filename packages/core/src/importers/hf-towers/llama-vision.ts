import { type Tensor, vector } from "../../model/tensor.ts";
import { MAX_HIDDEN, MAX_INTERMEDIATE, MAX_LAYERS } from "../limits.ts";
import { encoderTensors } from "./encoder.ts";
import { CHANNELS, commonShape, edge, matrix, norm, patches, type Tower } from "./tower.ts";

/** Llama 4: an adapter joins patches two by two before one matrix. Its class for text leaves the tower out. */
export const llama4Vision: Tower = {
  modelTypes: ["llama4"],
  key: "vision_config",
  isCounted: false,
  defaults: {
    hidden_size: 768,
    intermediate_size: 5632,
    num_hidden_layers: 34,
    num_attention_heads: 16,
    image_size: 448,
    patch_size: 14,
    vision_output_dim: 7680,
    projector_input_dim: 4096,
    projector_output_dim: 4096,
  },
  tensors: ({ tower, text }) => {
    const shape = commonShape(tower, {
      qkvBias: true,
      outBias: true,
      mlpBias: true,
      normBias: true,
    });
    const { hidden, intermediate } = shape;
    const patch = edge(tower, "patch_size");
    const places = Math.floor(edge(tower, "image_size") / patch) ** 2 + 1;
    const inner = tower.count("projector_input_dim", MAX_HIDDEN);
    const outer = tower.count("projector_output_dim", MAX_HIDDEN);
    return [
      ...patches("vision_model.patch_embedding", { hidden, edge: patch }, false),
      vector("vision_model.embeddings", "vision", (places + 1) * hidden),
      ...norm("vision_model.layernorms", 2 * hidden, true),
      ...encoderTensors("vision_model.model.layers", shape),
      ...matrix("vision_model.vision_adapter.mlp.fc1", { out: inner, in: intermediate }),
      ...matrix("vision_model.vision_adapter.mlp.fc2", { out: outer, in: inner }),
      ...matrix("multi_modal_projector.linear_1", {
        out: text.hidden,
        in: tower.count("vision_output_dim", MAX_HIDDEN),
      }),
    ];
  },
  image: ({ tower }) => {
    const { hidden, intermediate } = commonShape(tower, {});
    const patch = edge(tower, "patch_size");
    const cells = Math.max(1, Math.floor(edge(tower, "image_size") / patch)) ** 2;
    return {
      tokens: Math.max(1, Math.floor(LLAMA4_TILES * cells * LLAMA4_SHUFFLE ** 2)),
      patches: LLAMA4_TILES * cells,
      patchInputs: CHANNELS * patch ** 2,
      hidden,
      feedForward: 2 * intermediate,
      features: 1,
    };
  },
};

/** Tiles of Llama 4's preprocessor, 16 and the whole image, and how many patches on an edge make one that is left (`pixel_shuffle_ratio`). */
const LLAMA4_TILES = 17;
const LLAMA4_SHUFFLE = 0.5;

/** The most ways seen to cut an image into tiles: 8; the most tiles: 4. */
const MAX_TILES = 1024;

/** Llama 3.2 Vision: two stacks of layers, and embeddings of tiles. Its class for text leaves the tower out. */
export const mllamaVision: Tower = {
  modelTypes: ["mllama"],
  key: "vision_config",
  isCounted: false,
  defaults: {
    hidden_size: 1280,
    intermediate_size: 5120,
    num_hidden_layers: 32,
    num_global_layers: 8,
    attention_heads: 16,
    image_size: 448,
    patch_size: 14,
    max_num_tiles: 4,
    vision_output_dim: 7680,
  },
  tensors: ({ tower, text }) => {
    const shape = commonShape(
      tower.completed({ names: { num_attention_heads: "attention_heads" } }),
      {
        mlpBias: true,
        normBias: true,
      },
    );
    const { hidden } = shape;
    const patch = edge(tower, "patch_size");
    const places = Math.floor(edge(tower, "image_size") / patch) ** 2 + 1;
    const gates = vector("gates", "vision", 2);
    return [
      ...patches("vision_model.patch_embedding", { hidden, edge: patch }, false),
      ...tileEmbeddings(places, hidden, tower.count("max_num_tiles", MAX_TILES)),
      ...norm("vision_model.layernorms", 2 * hidden, true),
      ...encoderTensors("vision_model.transformer.layers", shape),
      ...encoderTensors("vision_model.global_transformer.layers", {
        ...shape,
        layers: tower.count("num_global_layers", MAX_LAYERS),
        extra: [gates],
      }),
      ...matrix(
        "multi_modal_projector",
        { out: text.hidden, in: tower.count("vision_output_dim", MAX_HIDDEN) },
        true,
      ),
    ];
  },
  image: ({ tower }) => {
    const patch = edge(tower, "patch_size");
    const pixels = edge(tower, "image_size");
    const tiles = tower.count("max_num_tiles", MAX_TILES);
    const places = Math.floor(pixels / patch) ** 2 + 1;
    const patches = tiles * Math.ceil(places / TILE_STEP) * TILE_STEP;
    return {
      tokens: tiles * places,
      patches,
      // in 32 bits, spread over the patches
      patchInputs: (tiles * CHANNELS * pixels ** 2) / patches,
      hidden: tower.count("hidden_size", MAX_HIDDEN),
      feedForward: 2 * tower.count("intermediate_size", MAX_INTERMEDIATE),
      features: 1,
      isOfSequence: true,
    };
  },
};

/** A tile's patches are filled up to a multiple of so many. */
const TILE_STEP = 8;

/** Aspect ratios that up to four tiles can form, and one for none. */
const RATIOS = 9;

function tileEmbeddings(places: number, hidden: number, tiles: number): readonly Tensor[] {
  return [
    vector("vision_model.class_embedding", "vision", hidden),
    vector("vision_model.gated_positional_embedding", "vision", places * hidden + 1),
    vector("vision_model.tile_embedding", "vision", RATIOS * tiles * places * hidden),
    vector("vision_model.tile_positions", "vision", 2 * (RATIOS * tiles * hidden + 1)),
  ];
}
