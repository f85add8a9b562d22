import type { Family } from "./family.ts";
import { moeOf } from "./moe.ts";

/** Granite 3 MoE: a Llama with experts in every layer. */
export const graniteMoe: Family = {
  modelTypes: ["granitemoe"],
  differences: (config) => {
    const bias = config.flag("attention_bias", false);
    const moe = moeOf(config, { experts: "num_local_experts", intermediate: "intermediate_size" });
    return { qkvBias: bias, outBias: bias, feedForward: () => moe };
  },
};
