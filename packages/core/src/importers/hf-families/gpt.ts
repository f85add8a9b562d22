import type { DenseFeedForward } from "../../model/feed-forward.ts";
import { copied, cutFilters, type Tensor, vector } from "../../model/tensor.ts";
import type { Fields } from "../fields.ts";
import { MAX_CONTEXT, MAX_HEADS, MAX_HIDDEN, MAX_INTERMEDIATE } from "../limits.ts";
import type { Differences, Dimensions, Family } from "./family.ts";

const NAMES = {
  hidden_size: "n_embd",
  num_hidden_layers: "n_layer",
  num_attention_heads: "n_head",
  max_position_embeddings: "n_positions",
  intermediate_size: "n_inner",
};

/** Layer norms, biases everywhere, no gate: GPT-2 and what followed it. */
const BIASED: Differences = {
  qkvBias: true,
  outBias: true,
  mlpBias: true,
  gated: false,
  normBias: true,
};

/** GPT-2, and GPT BigCode (StarCoder, SantaCoder) with one KV head. */
export const gpt2: Family = {
  modelTypes: ["gpt2", "gpt-sw3", "gpt_bigcode"],
  names: NAMES,
  defaults: { n_positions: 1024 },
  differences: (config, dimensions) => {
    const isSingle =
      config.text("model_type") === "gpt_bigcode" && config.flag("multi_query", true);
    return {
      ...BIASED,
      tiedByDefault: true,
      heads: (attention) => ({ ...attention, kvHeads: isSingle ? 1 : attention.heads }),
      feedForward: fourTimes(config, dimensions, true),
      firstTensors: [positions(config, dimensions.hidden, 0)],
    };
  },
};

/** GPT-J: rotary positions, one norm, no biases in attention, one of the head. */
export const gptj: Family = {
  modelTypes: ["gptj"],
  names: NAMES,
  defaults: { n_positions: 2048 },
  differences: (config, dimensions) => ({
    ...BIASED,
    qkvBias: false,
    outBias: false,
    norms: 1,
    feedForward: fourTimes(config, dimensions, true),
    finalTensors: [vector("lm_head.bias", "head", dimensions.vocab)],
  }),
};

/** GPT-NeoX and Pythia. */
export const gptNeox: Family = {
  modelTypes: ["gpt_neox"],
  differences: (config) => {
    const bias = config.flag("attention_bias", true);
    return { ...BIASED, qkvBias: bias, outBias: bias };
  },
};

/** BLOOM: a norm after the embedding; its context has no bound but training's 2048. */
export const bloom: Family = {
  modelTypes: ["bloom"],
  names: { num_hidden_layers: "n_layer", num_attention_heads: "n_head", hidden_size: "n_embed" },
  defaults: { max_position_embeddings: 2048 },
  differences: (config, dimensions) => ({
    ...BIASED,
    tiedByDefault: true,
    feedForward: fourTimes(config, dimensions, true),
    firstTensors: [vector("word_embeddings_layernorm", "norm", 2 * dimensions.hidden)],
  }),
};

/** OPT: learned positions, two of them unused; an embedding of another width where the config says so. */
export const opt: Family = {
  modelTypes: ["opt"],
  names: { intermediate_size: "ffn_dim" },
  differences: (config, { hidden, vocab }) => {
    const width = config.count("word_embed_proj_dim", MAX_HIDDEN, hidden);
    const hasFinal =
      config.flag("do_layer_norm_before", true) && !config.flag("_remove_final_layer_norm", false);
    const bias = config.flag("enable_bias", true);
    const hasNorms = config.flag("layer_norm_elementwise_affine", true);
    return {
      ...BIASED,
      ...(hasNorms ? {} : { norms: 0 }),
      qkvBias: bias,
      outBias: bias,
      mlpBias: bias,
      tiedByDefault: true,
      finalNorms: hasFinal && hasNorms ? 1 : 0,
      firstTensors: [
        positions(config, hidden, 2),
        ...(width === hidden ? [] : narrowEmbedding({ hidden, vocab, width })),
      ],
    };
  },
};

/** MPT: no biases, norms without them. */
export const mpt: Family = {
  modelTypes: ["mpt"],
  names: {
    hidden_size: "d_model",
    num_hidden_layers: "n_layers",
    num_attention_heads: "n_heads",
    max_position_embeddings: "max_seq_len",
  },
  differences: (config, { hidden }) => {
    const attention = config.object("attn_config");
    const kvHeads = attention?.has("kv_n_heads")
      ? attention.count("kv_n_heads", MAX_HEADS)
      : undefined;
    const intermediate = config.count("expansion_ratio", MAX_HEADS, 4) * hidden;
    const feedForward = { kind: "dense" as const, intermediate, gated: false, bias: false };
    return {
      tiedByDefault: true,
      feedForward: () => feedForward,
      ...(kvHeads === undefined ? {} : { heads: (heads) => ({ ...heads, kvHeads }) }),
    };
  },
};

/** Four times the width where the config does not say. */
function fourTimes(config: Fields, { hidden }: Dimensions, bias: boolean): () => DenseFeedForward {
  const intermediate = config.count("intermediate_size", MAX_INTERMEDIATE, 4 * hidden);
  return () => ({ kind: "dense", intermediate, gated: false, bias });
}

/** Learned positions, with so many places that no token has. */
function positions(config: Fields, hidden: number, unused: number): Tensor {
  const places = config.count("max_position_embeddings", MAX_CONTEXT) + unused;
  return vector("embed_positions", "embedding", places * hidden);
}

/** The embedding is `width` wide: what it lacks of the model's width comes off, the projections come on. */
function narrowEmbedding(shape: {
  readonly hidden: number;
  readonly vocab: number;
  readonly width: number;
}): readonly Tensor[] {
  const { hidden, vocab, width } = shape;
  return [
    cutFilters("embed_tokens.narrower", "embedding", {
      out: vocab,
      in: width - hidden,
      units: vocab,
    }),
    copied("project_in", "other", { out: hidden, in: width }),
    copied("project_out", "other", { out: width, in: hidden }),
  ];
}
