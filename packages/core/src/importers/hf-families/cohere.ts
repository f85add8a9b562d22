import { MAX_LAYERS } from "../limits.ts";
import type { Family } from "./family.ts";

/** Command-R, and Command-R+ with norms of each head: attention and feed-forward side by side behind one norm. */
export const cohere: Family = {
  modelTypes: ["cohere"],
  differences: (config) => {
    const bias = config.flag("attention_bias", false);
    return {
      tiedByDefault: true,
      qkvBias: bias,
      outBias: bias,
      qkNorm: config.flag("use_qk_norm", false) ? "whole" : "none",
      norms: 1,
    };
  },
};

/** Command-R7B, Command-A: as Command-R, three sliding layers before each full one. */
export const cohere2: Family = {
  modelTypes: ["cohere2"],
  differences: (config) => {
    const bias = config.flag("attention_bias", false);
    const pattern = config.count("sliding_window_pattern", MAX_LAYERS, 4);
    return {
      tiedByDefault: true,
      qkvBias: bias,
      outBias: bias,
      norms: 1,
      window: 4096,
      isSliding: (layer) => (layer + 1) % pattern !== 0,
    };
  },
};
