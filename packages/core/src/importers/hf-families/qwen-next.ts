import type { Attention } from "../../model/attention.ts";
import type { FeedForward } from "../../model/feed-forward.ts";
import type { DeltaNet } from "../../model/recurrent.ts";
import type { Fields } from "../fields.ts";
import { headAttention, layerTypes } from "../hf-layers.ts";
import {
  MAX_CONV,
  MAX_DRAFT,
  MAX_HEAD_DIM,
  MAX_HEADS,
  MAX_INTERMEDIATE,
  MAX_LAYERS,
} from "../limits.ts";
import { DRAFT_NOTE, draftPart } from "./draft.ts";
import type { Differences, Dimensions, Family } from "./family.ts";
import { type MoeKeys, moeOf } from "./moe.ts";
import { sparseLayers } from "./qwen-moe.ts";

const DEFAULTS = {
  linear_conv_kernel_dim: 4,
  linear_key_head_dim: 128,
  linear_value_head_dim: 128,
  linear_num_key_heads: 16,
  linear_num_value_heads: 32,
  full_attention_interval: 4,
  head_dim: 256,
};

/** Qwen 3.5 and 3.6, dense: three gated delta-nets before each layer of gated attention. */
export const qwen35: Family = {
  modelTypes: ["qwen3_5", "qwen3_5_text"],
  defaults: DEFAULTS,
  differences: (config, dimensions) => {
    const dense: FeedForward = {
      kind: "dense",
      intermediate: config.count("intermediate_size", MAX_INTERMEDIATE),
      gated: true,
      bias: false,
    };
    return hybrid(config, dimensions, { feedForward: () => dense, projections: "four" });
  },
};

/** Qwen3-Next: as Qwen 3.5 with experts; its files join the projections of delta-nets. */
export const qwen3Next: Family = {
  modelTypes: ["qwen3_next"],
  defaults: DEFAULTS,
  differences: (config, dimensions) =>
    hybrid(config, dimensions, {
      feedForward: sparseLayers(config, expertKeys(config)),
      projections: "two",
    }),
};

/** Qwen 3.5 and 3.6 with experts in every layer. */
export const qwen35Moe: Family = {
  modelTypes: ["qwen3_5_moe", "qwen3_5_moe_text"],
  defaults: DEFAULTS,
  differences: (config, dimensions) => {
    const moe = moeOf(config, expertKeys(config));
    return hybrid(config, dimensions, { feedForward: () => moe, projections: "four" });
  },
};

function expertKeys(config: Fields): MoeKeys {
  return {
    experts: "num_experts",
    intermediate: "moe_intermediate_size",
    sharedIntermediate: config.count("shared_expert_intermediate_size", MAX_INTERMEDIATE),
    sharedGate: true,
  };
}

interface HybridTraits {
  readonly feedForward: (layer: number) => FeedForward | undefined;
  readonly projections: DeltaNet["projections"];
}

function hybrid(
  config: Fields,
  dimensions: Dimensions,
  { feedForward, projections }: HybridTraits,
): Differences {
  const bias = config.flag("attention_bias", false);
  const shape: Differences = { qkNorm: "head", qkvBias: bias, outBias: bias };
  const full: Attention = { ...headAttention(config, dimensions, shape), outputGate: "element" };
  const delta = deltaNet(config, projections);
  const types = layerTypes(config, "layer_types", dimensions.layers);
  const interval = config.count("full_attention_interval", MAX_LAYERS);
  return {
    attention: (layer) => {
      const isFull =
        types === undefined ? (layer + 1) % interval === 0 : types[layer] === "full_attention";
      return isFull ? full : delta;
    },
    feedForward,
    ...drafts(config, dimensions, { attention: full, feedForward: feedForward(0) }),
  };
}

function deltaNet(config: Fields, projections: DeltaNet["projections"]): DeltaNet {
  return {
    kind: "recurrent",
    form: "delta-net",
    keyHeads: config.count("linear_num_key_heads", MAX_HEADS),
    keyHeadDim: config.count("linear_key_head_dim", MAX_HEAD_DIM),
    valueHeads: config.count("linear_num_value_heads", MAX_HEADS),
    valueHeadDim: config.count("linear_value_head_dim", MAX_HEAD_DIM),
    convWidth: config.count("linear_conv_kernel_dim", MAX_CONV),
    projections,
    ...(config.text("mamba_ssm_dtype") === "float32" ? { stateElementBytes: 4 as const } : {}),
  };
}

/** Layers of attention, with the feed-forward of the rest. */
function drafts(
  config: Fields,
  { hidden }: Dimensions,
  {
    attention,
    feedForward,
  }: { readonly attention: Attention; readonly feedForward: FeedForward | undefined },
): Differences {
  const count = config.countOrZero("mtp_num_hidden_layers", MAX_DRAFT, 0);
  if (count === 0 || feedForward === undefined) {
    return {};
  }
  const layer = { attention, feedForward, norms: 2, normBias: false };
  return {
    parts: [
      draftPart(
        Array.from({ length: count }, () => layer),
        hidden,
      ),
    ],
    notes: [DRAFT_NOTE],
  };
}
