import type { CompressedAttention } from "../../model/attention.ts";
import { type Tensor, vector } from "../../model/tensor.ts";
import { tokens } from "../../units/units.ts";
import type { Fields } from "../fields.ts";
import { layerTypes } from "../hf-layers.ts";
import { MAX_CONTEXT, MAX_EXPERTS, MAX_HEAD_DIM, MAX_HEADS, MAX_INTERMEDIATE } from "../limits.ts";
import { draftsOf } from "./deepseek.ts";
import type { Dimensions, Family } from "./family.ts";
import { moeOf } from "./moe.ts";

/** DeepSeek V4: compressed attention, experts in every layer, and hyper-connections in place of the residual. */
export const deepseekV4: Family = {
  modelTypes: ["deepseek_v4"],
  differences: (config, dimensions) => {
    const ratio = ratios(config, dimensions);
    const common = compressedAttention(config);
    const attention = (layer: number): CompressedAttention => withRatio(common, ratio(layer));
    const shared = config.countOrZero("n_shared_experts", MAX_EXPERTS, 1);
    const moe = moeOf(config, {
      experts: "n_routed_experts",
      intermediate: "moe_intermediate_size",
      sharedBias: config.flag("mlp_bias", false),
      sharedIntermediate: shared * config.count("moe_intermediate_size", MAX_INTERMEDIATE),
    });
    const streams = config.count("hc_mult", MAX_STREAMS, 4);
    return {
      attention,
      feedForward: () => moe,
      layer: (common) => ({ ...common, extra: connections(streams, dimensions.hidden) }),
      finalTensors: [
        vector("model.hc_head", "other", streams * streams * dimensions.hidden + streams + 1),
      ],
      ...draftsOf(config, dimensions, () => ({ attention: attention(0), feedForward: moe })),
    };
  },
};

/** The most parallel streams seen: 4. */
const MAX_STREAMS = 64;

/** The longest compression seen: 128 tokens. */
const MAX_RATIO = 65_536;

const RATIOS: Readonly<Record<string, number>> = {
  sliding_attention: 0,
  compressed_sparse_attention: 4,
  heavily_compressed_attention: 128,
};

/** `layer_types`, or `compress_ratios`, or two heavily compressed layers and then both kinds in turn. */
function ratios(config: Fields, { layers }: Dimensions): (layer: number) => number {
  const types = layerTypes(config, "layer_types", layers);
  const listed = config.counts("compress_ratios", MAX_RATIO);
  return (layer) => {
    if (types !== undefined) {
      return RATIOS[types[layer] ?? ""] ?? 0;
    }
    return listed[layer] ?? (layer < 2 || layer % 2 === 0 ? 128 : 4);
  };
}

function compressedAttention(config: Fields): CompressedAttention {
  return {
    kind: "compressed",
    heads: config.count("num_attention_heads", MAX_HEADS),
    headDim: config.count("head_dim", MAX_HEAD_DIM, 512),
    queryRank: config.count("q_lora_rank", MAX_HEAD_DIM),
    outGroups: config.count("o_groups", MAX_HEADS, 8),
    outRank: config.count("o_lora_rank", MAX_HEAD_DIM, 1024),
    window: tokens(config.count("sliding_window", MAX_CONTEXT, 128)),
    ratio: 0,
    overlaps: false,
    indexer: {
      heads: config.count("index_n_heads", MAX_HEADS, 64),
      headDim: config.count("index_head_dim", MAX_HEAD_DIM, 128),
    },
  };
}

/** Only the lightly compressed layers have many entries: theirs overlap, and an indexer chooses among them. */
function withRatio(common: CompressedAttention, ratio: number): CompressedAttention {
  const { indexer, ...rest } = common;
  const isLight = ratio > 0 && ratio < 128;
  return {
    ...rest,
    ratio,
    overlaps: isLight,
    ...(isLight && indexer !== undefined ? { indexer } : {}),
  };
}

/** Two hyper-connections a layer: (2 + n) · n mixing weights from n streams, their bases, and three scales. */
function connections(streams: number, hidden: number): readonly Tensor[] {
  const mixes = (2 + streams) * streams;
  return ["attn_hc", "ffn_hc"].map((name) =>
    vector(name, "other", mixes * streams * hidden + mixes + 3),
  );
}
