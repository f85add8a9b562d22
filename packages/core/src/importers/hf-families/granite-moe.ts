import { MAX_INTERMEDIATE } from "../limits.ts";
import type { Family } from "./family.ts";
import { moeOf } from "./moe.ts";

/** Granite 3 MoE: a Llama with experts in every layer, and a shared one where the config has its width. */
export const graniteMoe: Family = {
  modelTypes: ["granitemoe", "granitemoeshared"],
  differences: (config) => {
    const bias = config.flag("attention_bias", false);
    const moe = moeOf(config, {
      experts: "num_local_experts",
      intermediate: "intermediate_size",
      sharedIntermediate: config.countOrZero("shared_intermediate_size", MAX_INTERMEDIATE, 0),
    });
    return { qkvBias: bias, outBias: bias, feedForward: () => moe };
  },
};
