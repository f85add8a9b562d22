import type { FeedForward } from "../../model/feed-forward.ts";
import type { Fields } from "../fields.ts";
import { MAX_INTERMEDIATE, MAX_LAYERS } from "../limits.ts";
import type { Family } from "./family.ts";
import { type MoeKeys, moeOf } from "./moe.ts";
import { qwenWindow } from "./qwen2.ts";

/** Qwen 1.5 and 2 MoE: biases as in Qwen 2, and one shared expert behind a gate. */
export const qwen2Moe: Family = {
  modelTypes: ["qwen2_moe"],
  differences: (config) => ({
    qkvBias: config.flag("qkv_bias", true),
    ...qwenWindow(config),
    feedForward: sparseLayers(config, {
      experts: "num_experts",
      intermediate: "moe_intermediate_size",
      sharedIntermediate: config.count("shared_expert_intermediate_size", MAX_INTERMEDIATE),
      sharedGate: true,
    }),
  }),
};

/** Qwen 3 MoE: norms as in Qwen 3, no shared expert. */
export const qwen3Moe: Family = {
  modelTypes: ["qwen3_moe", "qwen3_vl_moe", "qwen3_vl_moe_text", "qwen3_omni_moe_text"],
  names: { num_experts: "num_local_experts" },
  differences: (config) => {
    const bias = config.flag("attention_bias", false);
    return {
      qkNorm: "head",
      qkvBias: bias,
      outBias: bias,
      ...qwenWindow(config),
      feedForward: sparseLayers(config, {
        experts: "num_experts",
        intermediate: "moe_intermediate_size",
      }),
    };
  },
};

/** Every `decoder_sparse_step`-th layer has experts, but for those that `mlp_only_layers` names. */
export function sparseLayers(
  config: Fields,
  keys: MoeKeys,
): (layer: number) => FeedForward | undefined {
  const step = config.count("decoder_sparse_step", MAX_LAYERS, 1);
  const dense = denseLayers(config);
  const moe = moeOf(config, keys);
  return (layer) => (!dense.has(layer) && (layer + 1) % step === 0 ? moe : undefined);
}

function denseLayers(config: Fields): ReadonlySet<unknown> {
  const listed = config.raw("mlp_only_layers") ?? [];
  if (!(Array.isArray(listed) && listed.every((layer) => Number.isInteger(layer)))) {
    throw config.bad("mlp_only_layers", "expected a list of layer numbers");
  }
  return new Set(listed);
}
