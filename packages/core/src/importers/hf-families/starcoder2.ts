import type { Family } from "./family.ts";

/** StarCoder 2: layer norms, biases everywhere, no gate in the feed-forward. */
export const starcoder2: Family = {
  modelTypes: ["starcoder2"],
  differences: (config) => {
    const bias = config.flag("use_bias", true);
    return {
      tiedByDefault: true,
      qkvBias: bias,
      outBias: bias,
      mlpBias: bias,
      gated: false,
      normBias: true,
      isSliding: () => config.has("sliding_window"),
    };
  },
};
