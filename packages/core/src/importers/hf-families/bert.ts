import type { HeadAttention } from "../../model/attention.ts";
import { copied, type Tensor, vector } from "../../model/tensor.ts";
import type { Fields } from "../fields.ts";
import { headAttention } from "../hf-layers.ts";
import { MAX_CONTEXT, MAX_VOCAB } from "../limits.ts";
import type { Differences, Dimensions, Family } from "./family.ts";

/** BERT, RoBERTa, XLM-RoBERTa, and the embedders in their form (BGE, E5): nothing is cached, nothing is predicted. */
export const bert: Family = {
  modelTypes: ["bert", "roberta", "xlm-roberta", "camembert"],
  isEncoder: true,
  defaults: { type_vocab_size: 2, max_position_embeddings: 512 },
  differences: (config, dimensions) => ({
    ...encoder(config, dimensions, { qkvBias: true, outBias: true }),
    mlpBias: true,
    gated: false,
    normBias: true,
    firstTensors: [
      vector("embeddings.position_embeddings", "embedding", places(config) * dimensions.hidden),
      ...typesAndNorm(config, dimensions.hidden),
    ],
    finalTensors: [
      copied("pooler.dense", "other", { out: dimensions.hidden, in: dimensions.hidden }),
      vector("pooler.dense.bias", "other", dimensions.hidden),
    ],
  }),
};

/** ModernBERT: rotary positions, a gate, no biases; the first layer has one norm only. */
export const modernBert: Family = {
  modelTypes: ["modernbert"],
  isEncoder: true,
  defaults: { vocab_size: 50_368, max_position_embeddings: 8192 },
  differences: (config, dimensions) => {
    const bias = config.flag("attention_bias", false);
    const normBias = config.flag("norm_bias", false);
    return {
      ...encoder(config, dimensions, { qkvBias: bias, outBias: bias }),
      mlpBias: config.flag("mlp_bias", false),
      normBias,
      finalNorms: 1,
      layer: (common, index) => (index === 0 ? { ...common, norms: 1 } : common),
      firstTensors: [vector("embeddings.norm", "norm", (normBias ? 2 : 1) * dimensions.hidden)],
    };
  },
};

function encoder(config: Fields, dimensions: Dimensions, biases: Differences): Differences {
  const attention: HeadAttention = {
    ...headAttention(config, dimensions, biases),
    kind: "bidirectional",
  };
  return {
    tiedByDefault: true,
    hasHead: false,
    attention: () => attention,
    finalNorms: 0,
    notes: ["an encoder: it keeps no cache and gives vectors"],
  };
}

function places(config: Fields): number {
  return config.count("max_position_embeddings", MAX_CONTEXT);
}

function typesAndNorm(config: Fields, hidden: number): readonly Tensor[] {
  const types = config.countOrZero("type_vocab_size", MAX_VOCAB);
  return [
    vector("embeddings.token_type_embeddings", "embedding", types * hidden),
    vector("embeddings.LayerNorm", "norm", 2 * hidden),
  ];
}
