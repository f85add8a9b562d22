import type { Family } from "./family.ts";
import { moeOf } from "./moe.ts";

/** gpt-oss: sinks, biases everywhere, a window of 128 in every other layer, experts in all. */
export const gptOss: Family = {
  modelTypes: ["gpt_oss"],
  names: { num_local_experts: "num_experts", num_experts_per_tok: "experts_per_token" },
  defaults: { head_dim: 64, num_key_value_heads: 8, sliding_window: 128, num_experts_per_tok: 4 },
  differences: (config) => {
    const bias = config.flag("attention_bias", true);
    const moe = moeOf(config, {
      experts: "num_local_experts",
      intermediate: "intermediate_size",
      bias: true,
    });
    return {
      qkvBias: bias,
      outBias: bias,
      isSliding: (layer) => layer % 2 === 0,
      heads: (attention) => ({ ...attention, hasSinks: true }),
      feedForward: () => moe,
    };
  },
};
