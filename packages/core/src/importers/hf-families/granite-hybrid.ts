import { headAttention } from "../hf-layers.ts";
import { MAX_EXPERTS, MAX_INTERMEDIATE, MAX_LAYERS } from "../limits.ts";
import type { Family } from "./family.ts";
import { mamba2Of } from "./mamba-keys.ts";
import { moeOf } from "./moe.ts";

/** Granite 4: Mamba-2 in most layers; experts where there are any beside a shared feed-forward in every layer. */
export const graniteHybrid: Family = {
  modelTypes: ["granitemoehybrid"],
  defaults: { mamba_n_heads: 128, shared_intermediate_size: 1024, num_local_experts: 8 },
  differences: (config, dimensions) => {
    const bias = config.flag("attention_bias", false);
    const types = config.texts("layer_types");
    const full = headAttention(config, dimensions, { qkvBias: bias, outBias: bias });
    const mamba = mamba2Of(config, dimensions.hidden);
    const shared = config.countOrZero("shared_intermediate_size", MAX_INTERMEDIATE);
    const feedForward =
      config.countOrZero("num_local_experts", MAX_EXPERTS) === 0
        ? { kind: "dense" as const, intermediate: shared, gated: true, bias: false }
        : moeOf(config, {
            experts: "num_local_experts",
            intermediate: "intermediate_size",
            sharedIntermediate: shared,
          });
    return {
      attention: (layer) => (FULL.has(types[layer] ?? "") ? full : mamba),
      feedForward: () => feedForward,
    };
  },
};

/** Bamba: Mamba-2 in all layers but those that `attn_layer_indices` names. */
export const bamba: Family = {
  modelTypes: ["bamba"],
  defaults: { mamba_n_heads: 128, num_key_value_heads: 8 },
  differences: (config, dimensions) => {
    const bias = config.flag("attention_bias", false);
    const full = headAttention(config, dimensions, { qkvBias: bias, outBias: bias });
    const mamba = mamba2Of(config, dimensions.hidden);
    const listed = new Set(config.counts("attn_layer_indices", MAX_LAYERS));
    return {
      attention: (layer) => (listed.has(layer) ? full : mamba),
      mlpBias: config.flag("mlp_bias", false),
    };
  },
};

/** Falcon-H1: attention and Mamba-2 side by side in every layer. */
export const falconH1: Family = {
  modelTypes: ["falcon_h1"],
  defaults: { mamba_n_heads: 128, mamba_d_ssm: 1024, num_key_value_heads: 8 },
  differences: (config, dimensions) => {
    const bias = config.flag("attention_bias", false);
    const mamba = {
      ...mamba2Of(config, dimensions.hidden),
      outBias: config.flag("projectors_bias", false),
      hasNorm: config.flag("mamba_rms_norm", false),
    };
    return {
      qkvBias: bias,
      outBias: bias,
      mlpBias: config.flag("mlp_bias", false),
      layer: (common) => ({ ...common, beside: mamba }),
    };
  },
};

const FULL: ReadonlySet<string> = new Set(["attention", "full_attention"]);
