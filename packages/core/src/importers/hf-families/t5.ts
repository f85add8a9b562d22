import type { HeadAttention } from "../../model/attention.ts";
import { groupLayers } from "../../model/layer-groups.ts";
import type { Layer, ModelPart } from "../../model/model.ts";
import { vector } from "../../model/tensor.ts";
import type { Fields } from "../fields.ts";
import { MAX_CONTEXT, MAX_HEAD_DIM, MAX_HEADS, MAX_INTERMEDIATE, MAX_LAYERS } from "../limits.ts";
import type { Family } from "./family.ts";

/** T5, Flan-T5, mT5: an encoder, and a decoder whose layers attend to it; positions are biases of heads. */
export const t5: Family = {
  modelTypes: ["t5", "mt5", "umt5"],
  isEncoder: true,
  names: {
    hidden_size: "d_model",
    num_hidden_layers: "num_decoder_layers",
    num_attention_heads: "num_heads",
    head_dim: "d_kv",
    intermediate_size: "d_ff",
    max_position_embeddings: "n_positions",
  },
  defaults: { max_position_embeddings: 512, relative_attention_num_buckets: 32 },
  differences: (config, { hidden, layers }) => {
    const own = headsOf(config);
    const isFirst = config.text("model_type") === "t5";
    const gated = (
      config.text("feed_forward_proj") ?? (isFirst ? "relu" : "gated-gelu")
    ).startsWith("gated");
    const feedForward = {
      kind: "dense" as const,
      intermediate: config.count("intermediate_size", MAX_INTERMEDIATE),
      gated,
      bias: false,
    };
    const positions = vector(
      "relative_attention_bias",
      "attention",
      config.count("relative_attention_num_buckets", MAX_CONTEXT) * own.heads,
    );
    const encoder: Layer = {
      attention: { ...own, kind: "bidirectional" },
      feedForward,
      norms: 2,
      normBias: false,
    };
    // umT5 has positions of its own in every layer
    const everywhere = config.text("model_type") === "umt5" ? layers : 1;
    return {
      tiedByDefault: true,
      attention: () => own,
      feedForward: () => feedForward,
      norms: 3,
      layer: (common) => ({ ...common, cross: { ...own, kind: "bidirectional" } }),
      firstTensors: Array.from({ length: everywhere }, () => positions),
      parts: [encoderOf(config, { layer: encoder, hidden, positions, everywhere })],
      crossTokens: config.count("max_position_embeddings", MAX_CONTEXT),
    };
  },
};

function headsOf(config: Fields): HeadAttention {
  const heads = config.count("num_attention_heads", MAX_HEADS);
  return {
    kind: "full",
    heads,
    kvHeads: heads,
    headDim: config.count("head_dim", MAX_HEAD_DIM, 64),
    qkvBias: false,
    outBias: false,
    qkNorm: "none",
  };
}

function encoderOf(
  config: Fields,
  encoder: {
    readonly layer: Layer;
    readonly hidden: number;
    readonly positions: ReturnType<typeof vector>;
    readonly everywhere: number;
  },
): ModelPart {
  const count = config.count("num_layers", MAX_LAYERS);
  const tables = encoder.everywhere > 1 ? count : 1;
  return {
    kind: "encoder",
    isCounted: true,
    isLoaded: true,
    tensors: [
      ...Array.from({ length: tables }, () => encoder.positions),
      vector("encoder.final_layer_norm", "norm", encoder.hidden),
    ],
    layers: groupLayers(Array.from({ length: count }, () => encoder.layer)),
    hidden: encoder.hidden,
  };
}
