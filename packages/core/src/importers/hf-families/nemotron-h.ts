import type { Attention } from "../../model/attention.ts";
import type { FeedForward } from "../../model/feed-forward.ts";
import type { Layer } from "../../model/model.ts";
import type { Mamba2 } from "../../model/recurrent.ts";
import { type Fields, shownSafely } from "../fields.ts";
import { headAttention } from "../hf-layers.ts";
import {
  MAX_CONV,
  MAX_DRAFT,
  MAX_HEAD_DIM,
  MAX_HEADS,
  MAX_INTERMEDIATE,
  MAX_LAYERS,
} from "../limits.ts";
import { DRAFT_NOTE, draftPart } from "./draft.ts";
import type { Dimensions, Family } from "./family.ts";
import { moeOf } from "./moe.ts";

type Kind = "mamba" | "attention" | "mlp" | "moe";

/** Nemotron-H and Nemotron 3: each layer is one of Mamba-2, attention, a feed-forward or experts, behind one norm. */
export const nemotronH: Family = {
  modelTypes: ["nemotron_h"],
  defaults: {
    num_key_value_heads: 8,
    head_dim: 128,
    ssm_state_size: 128,
    mamba_num_heads: 128,
    mamba_head_dim: 64,
    n_groups: 8,
    conv_kernel: 4,
    use_conv_bias: true,
    n_routed_experts: 8,
    num_experts_per_tok: 2,
    moe_intermediate_size: 7688,
    moe_shared_expert_intermediate_size: 7688,
    mamba_ssm_cache_dtype: "float32",
  },
  names: { n_groups: "mamba_n_groups", conv_kernel: "mamba_d_conv" },
  layers: (config) => {
    const { length } = layerKinds(config, "hybrid_override_pattern", "layers_block_type");
    if (length === 0 || length > MAX_LAYERS) {
      throw config.bad(
        "hybrid_override_pattern",
        `expected 1 to ${MAX_LAYERS} layers, got ${length}`,
      );
    }
    return length;
  },
  differences: (config, dimensions) => {
    const kinds = layerKinds(config, "hybrid_override_pattern", "layers_block_type");
    const blocks = blocksOf(config, dimensions);
    const drafts = draftLayers(config, blocks);
    return {
      attention: (layer) => blocks[kinds[layer] ?? "mlp"].attention,
      feedForward: (layer) => blocks[kinds[layer] ?? "mlp"].feedForward,
      norms: 1,
      parts: drafts.length === 0 ? [] : [draftPart(drafts, dimensions.hidden)],
      notes: drafts.length === 0 ? [] : [DRAFT_NOTE],
    };
  },
};

const LETTERS: Readonly<Record<string, Kind>> = {
  M: "mamba",
  "*": "attention",
  "-": "mlp",
  E: "moe",
};

const NAMES: Readonly<Record<string, Kind>> = {
  mamba: "mamba",
  linear_attention: "mamba",
  attention: "attention",
  full_attention: "attention",
  mlp: "mlp",
  moe: "moe",
};

/** One kind a layer: a letter of a pattern, or a name of a list. */
function layerKinds(config: Fields, pattern: string, list: string): readonly Kind[] {
  const letters = config.text(pattern);
  const items = letters === undefined ? config.texts(list) : [...letters];
  const key = letters === undefined ? list : pattern;
  return items.map((item) => {
    const known = letters === undefined ? NAMES : LETTERS;
    const kind = Object.hasOwn(known, item) ? known[item] : undefined;
    if (kind === undefined) {
      throw config.bad(key, `expected ${Object.keys(known).join(", ")}, got ${shownSafely(item)}`);
    }
    return kind;
  });
}

type Block = Pick<Layer, "attention" | "feedForward">;

function blocksOf(config: Fields, dimensions: Dimensions): Readonly<Record<Kind, Block>> {
  const feedForward: FeedForward = { kind: "none" };
  const attention: Attention = { kind: "none" };
  return {
    mamba: { attention: mamba2(config), feedForward },
    attention: {
      attention: headAttention(config, dimensions, {}),
      feedForward,
    },
    mlp: { attention, feedForward: mlp(config) },
    moe: { attention, feedForward: experts(config) },
  };
}

function mamba2(config: Fields): Mamba2 {
  return {
    kind: "recurrent",
    form: "mamba2",
    heads: config.count("mamba_num_heads", MAX_HEADS),
    headDim: config.count("mamba_head_dim", MAX_HEAD_DIM),
    groups: config.count("n_groups", MAX_HEADS),
    stateDim: config.count("ssm_state_size", MAX_HEAD_DIM),
    convWidth: config.count("conv_kernel", MAX_CONV),
    convBias: config.flag("use_conv_bias", true),
    projectionBias: config.flag("use_bias", false),
    hasNorm: true,
    ...(config.text("mamba_ssm_cache_dtype") === "float32"
      ? { stateElementBytes: 4 as const }
      : {}),
  };
}

function mlp(config: Fields): FeedForward {
  return {
    kind: "dense",
    intermediate: config.count("intermediate_size", MAX_INTERMEDIATE, 21_504),
    gated: false,
    bias: config.flag("mlp_bias", false),
  };
}

function experts(config: Fields): FeedForward {
  const bias = config.flag("mlp_bias", false);
  return moeOf(config, {
    experts: "n_routed_experts",
    sharedBias: bias,
    intermediate: "moe_intermediate_size",
    sharedIntermediate: config.count("moe_shared_expert_intermediate_size", MAX_INTERMEDIATE),
    gated: false,
    ...(config.has("moe_latent_size")
      ? { latent: config.count("moe_latent_size", MAX_INTERMEDIATE), latentBias: bias }
      : {}),
  });
}

function draftLayers(config: Fields, blocks: Readonly<Record<Kind, Block>>): readonly Layer[] {
  const count = config.countOrZero("num_nextn_predict_layers", MAX_DRAFT, 0);
  const kinds =
    count === 0 ? [] : layerKinds(config, "mtp_hybrid_override_pattern", "mtp_layers_block_type");
  return kinds.map((kind) => ({ ...blocks[kind], norms: 1, normBias: false }));
}
