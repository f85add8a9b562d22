import { vector } from "../../model/tensor.ts";
import type { Family } from "./family.ts";
import { moeOf } from "./moe.ts";

/** Phi 1, 1.5 and 2: one layer norm before attention and feed-forward side by side, biases everywhere, the head's too. */
export const phi: Family = {
  modelTypes: ["phi"],
  differences: (config, { vocab }) => {
    if (config.flag("qk_layernorm", false)) {
      throw config.bad("qk_layernorm", "expected false: norms of this kind can't be described yet");
    }
    return {
      qkvBias: true,
      outBias: true,
      mlpBias: true,
      gated: false,
      norms: 1,
      normBias: true,
      finalTensors: [vector("lm_head.bias", "head", vocab)],
    };
  },
};

/** Phi-3.5-MoE: layer norms, experts in every layer, biases by the config's word. */
export const phimoe: Family = {
  modelTypes: ["phimoe"],
  defaults: { num_local_experts: 16, num_experts_per_tok: 2 },
  differences: (config, { vocab }) => {
    const bias = config.flag("attention_bias", false);
    const moe = moeOf(config, { experts: "num_local_experts", intermediate: "intermediate_size" });
    return {
      qkvBias: bias,
      outBias: bias,
      normBias: true,
      isSliding: () => config.has("sliding_window"),
      feedForward: () => moe,
      finalTensors: config.flag("lm_head_bias", false)
        ? [vector("lm_head.bias", "head", vocab)]
        : [],
    };
  },
};
