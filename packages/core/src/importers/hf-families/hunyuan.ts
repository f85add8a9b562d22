import type { FeedForward } from "../../model/feed-forward.ts";
import type { Fields } from "../fields.ts";
import { MAX_EXPERTS, MAX_INTERMEDIATE } from "../limits.ts";
import { expertLayers } from "./deepseek.ts";
import type { Family } from "./family.ts";

/** Hunyuan V1, dense: norms of q and k. */
export const hunyuan: Family = {
  modelTypes: ["hunyuan_v1_dense"],
  differences: (config) => {
    const bias = config.flag("attention_bias", false);
    return { qkNorm: "head", qkvBias: bias, outBias: bias };
  },
};

/** Hunyuan V1 with experts in every layer, each as wide as the shared one. */
export const hunyuanMoe: Family = {
  modelTypes: ["hunyuan_v1_moe"],
  differences: (config) => {
    const bias = config.flag("attention_bias", false);
    const intermediate = config.count("intermediate_size", MAX_INTERMEDIATE);
    const moe: FeedForward = {
      kind: "moe",
      experts: first(config, "num_experts"),
      active: first(config, "moe_topk"),
      intermediate,
      sharedIntermediate: intermediate * sharedExperts(config),
      sharedGate: false,
    };
    return { qkNorm: "head", qkvBias: bias, outBias: bias, feedForward: () => moe };
  },
};

/** Hy 3: norms of q and k, experts and a shared one after the first layer. */
export const hy3: Family = {
  modelTypes: ["hy_v3"],
  names: { n_routed_experts: "num_experts", n_shared_experts: "num_shared_experts" },
  defaults: { first_k_dense_replace: 1, n_shared_experts: 1 },
  differences: (config, dimensions) => {
    const bias = config.flag("attention_bias", false);
    return {
      qkNorm: "head",
      qkvBias: bias,
      outBias: bias,
      mlpBias: config.flag("mlp_bias", false),
      defaultHeadDim: 128,
      feedForward: expertLayers(config, dimensions),
    };
  },
};

/** One number for all layers, or a list with one for each, which published configs fill with the same. */
function first(config: Fields, key: string): number {
  if (!Array.isArray(config.raw(key))) {
    return config.count(key, MAX_EXPERTS, 1);
  }
  const [one = 0, ...others] = config.counts(key, MAX_EXPERTS);
  if (one === 0 || others.some((other) => other !== one)) {
    throw config.bad(key, "expected the same positive number for every layer");
  }
  return one;
}

/** Files of the maker say how many; there is one where they don't. */
function sharedExperts(config: Fields): number {
  return config.has("num_shared_expert") ? first(config, "num_shared_expert") : 1;
}
