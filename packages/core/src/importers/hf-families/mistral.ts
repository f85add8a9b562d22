import type { Family } from "./family.ts";
import { moeOf } from "./moe.ts";

/** Mistral, Nemo, Small, Ministral: a window over all layers where the config has one (7B v0.1). */
export const mistral: Family = {
  modelTypes: ["mistral", "ministral3", "mistral3"],
  differences: (config) => ({ isSliding: () => config.has("sliding_window") }),
};

/** Ministral 8B: every layer slides unless `layer_types` says otherwise. */
export const ministral: Family = {
  modelTypes: ["ministral"],
  differences: (config) => ({ isSliding: () => config.has("sliding_window"), window: 4096 }),
};

/** Mixtral: experts in every layer. */
export const mixtral: Family = {
  modelTypes: ["mixtral"],
  differences: (config) => {
    const moe = moeOf(config, { experts: "num_local_experts", intermediate: "intermediate_size" });
    return { isSliding: () => config.has("sliding_window"), feedForward: () => moe };
  },
};
