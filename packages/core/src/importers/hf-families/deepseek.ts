import type { Attention, Indexer, LatentAttention } from "../../model/attention.ts";
import type { FeedForward } from "../../model/feed-forward.ts";
import type { Layer } from "../../model/model.ts";
import type { Fields } from "../fields.ts";
import { layerTypes } from "../hf-layers.ts";
import {
  MAX_DRAFT,
  MAX_EXPERTS,
  MAX_HEAD_DIM,
  MAX_HEADS,
  MAX_INTERMEDIATE,
  MAX_LAYERS,
} from "../limits.ts";
import { DRAFT_NOTE, draftPart } from "./draft.ts";
import type { Differences, Dimensions, Family } from "./family.ts";
import { moeOf } from "./moe.ts";

/** DeepSeek V2, V3 and R1, Kimi K2, GLM-4.7-Flash, Mistral 4: latent attention, and experts after the first dense layers. */
export const deepseek: Family = {
  modelTypes: ["deepseek_v2", "deepseek_v3", "kimi_k2", "kimi_k25", "glm4_moe_lite", "mistral4"],
  differences: (config, dimensions) => latentModel(config, dimensions, () => ({})),
};

/** DeepSeek V3.2: as V3, with an indexer in every layer. */
export const deepseekV32: Family = {
  modelTypes: ["deepseek_v32"],
  differences: (config, dimensions) => {
    const indexer = indexerOf(config);
    return latentModel(config, dimensions, () => ({ indexer }));
  },
};

/** GLM-5: as V3.2; layers may use the choice of an earlier one's indexer. */
export const glmMoeDsa: Family = {
  modelTypes: ["glm_moe_dsa"],
  defaults: { first_k_dense_replace: 3 },
  differences: (config, dimensions) => {
    const indexer = indexerOf(config);
    const hasIndexer = indexedLayers(config, dimensions);
    return latentModel(config, dimensions, (layer) => (hasIndexer(layer) ? { indexer } : {}));
  },
};

/** DeepSeek-MoE, the first: attention by heads, experts as in V2. */
export const deepseekMoe: Family = {
  modelTypes: ["deepseek"],
  differences: (config, dimensions) => {
    const bias = config.flag("attention_bias", false);
    return { qkvBias: bias, outBias: bias, feedForward: expertLayers(config, dimensions) };
  },
};

function latentModel(
  config: Fields,
  dimensions: Dimensions,
  extra: (layer: number) => Partial<LatentAttention>,
): Differences {
  const common = latentAttention(config);
  const attention = (layer: number): LatentAttention => ({ ...common, ...extra(layer) });
  const feedForward = expertLayers(config, dimensions);
  return {
    attention,
    feedForward,
    mlpBias: hasMlpBias(config),
    ...draftsOf(config, dimensions, (layer) => ({
      attention: attention(layer),
      feedForward: feedForward(layer),
    })),
  };
}

/** Latent attention from DeepSeek's keys. */
export function latentAttention(config: Fields): LatentAttention {
  return {
    kind: "mla",
    heads: config.count("num_attention_heads", MAX_HEADS),
    queryRank: config.has("q_lora_rank") ? config.count("q_lora_rank", MAX_HEAD_DIM) : 0,
    kvRank: config.count("kv_lora_rank", MAX_HEAD_DIM),
    nopeHeadDim: config.count("qk_nope_head_dim", MAX_HEAD_DIM),
    ropeHeadDim: config.count("qk_rope_head_dim", MAX_HEAD_DIM),
    valueHeadDim: config.count("v_head_dim", MAX_HEAD_DIM),
    ...(config.flag("attention_bias", false) ? { hasBias: true } : {}),
  };
}

/** DeepSeek V2's successors have the key and nothing behind it. */
function hasMlpBias(config: Fields): boolean {
  return BIASED.has(config.text("model_type") ?? "") && config.flag("mlp_bias", false);
}

const BIASED: ReadonlySet<string> = new Set(["deepseek_v2", "hy_v3"]);

function indexerOf(config: Fields): Indexer {
  return {
    heads: config.count("index_n_heads", MAX_HEADS),
    headDim: config.count("index_head_dim", MAX_HEAD_DIM),
  };
}

/** Which layers have an indexer of their own: listed, as a pattern of F and S, or every so many. */
function indexedLayers(config: Fields, { layers }: Dimensions): (layer: number) => boolean {
  const types = layerTypes(config, "indexer_types", layers);
  const pattern = config.text("index_topk_pattern");
  if (types !== undefined || pattern !== undefined) {
    return (layer) => types?.[layer] === "full" || pattern?.[layer] === "F";
  }
  const frequency = Math.max(1, config.countOrZero("index_topk_freq", MAX_LAYERS, 1));
  const offset = config.countOrZero("index_skip_topk_offset", MAX_LAYERS, 2);
  return (layer) => Math.max(layer - offset + 1, 0) % frequency === 0;
}

/**
 * Layers from `first_k_dense_replace` on have experts, one in `moe_layer_freq`, or those that it lists with a 1;
 * `mlp_layer_types` goes before both.
 */
export function expertLayers(
  config: Fields,
  { layers }: Pick<Dimensions, "layers">,
): (layer: number) => FeedForward | undefined {
  const width = config.count("moe_intermediate_size", MAX_INTERMEDIATE);
  const moe = moeOf(config, {
    experts: "n_routed_experts",
    intermediate: "moe_intermediate_size",
    sharedIntermediate: config.countOrZero("n_shared_experts", MAX_EXPERTS, 0) * width,
    sharedBias: hasMlpBias(config),
  });
  const types = layerTypes(config, "mlp_layer_types", layers);
  const first = config.countOrZero("first_k_dense_replace", MAX_LAYERS, 0);
  const hasExperts = everySo(config);
  return (layer) => {
    const isSparse =
      types === undefined || layer >= layers
        ? layer >= first && hasExperts(layer)
        : types[layer] !== "dense";
    return isSparse ? moe : undefined;
  };
}

/** One layer in so many, or a 1 for each of them in a list. */
function everySo(config: Fields): (layer: number) => boolean {
  if (Array.isArray(config.raw("moe_layer_freq"))) {
    const listed = config.counts("moe_layer_freq", 1);
    return (layer) => listed[layer] !== 0;
  }
  const frequency = config.count("moe_layer_freq", MAX_LAYERS, 1);
  return (layer) => layer % frequency === 0;
}

/** Draft layers, shaped as the model's last; without a feed-forward of experts they can't be described. */
export function draftsOf(
  config: Fields,
  { layers, hidden }: Dimensions,
  shape: (layer: number) => {
    readonly attention: Attention;
    readonly feedForward: FeedForward | undefined;
  },
): Differences {
  const count = config.countOrZero("num_nextn_predict_layers", MAX_DRAFT, 0);
  const { attention, feedForward } = shape(layers);
  if (count === 0 || feedForward === undefined) {
    return {};
  }
  const layer: Layer = { attention, feedForward, norms: 2, normBias: false };
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
