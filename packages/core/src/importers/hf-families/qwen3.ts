import type { Family } from "./family.ts";
import { qwenWindow } from "./qwen2.ts";

/** Qwen 3, dense: norms of q and k, heads of 128 whatever the width. */
export const qwen3: Family = {
  modelTypes: ["qwen3", "qwen3_vl", "qwen3_vl_text"],
  differences: (config) => {
    const bias = config.flag("attention_bias", false);
    return {
      qkNorm: "head",
      qkvBias: bias,
      outBias: bias,
      defaultHeadDim: 128,
      ...qwenWindow(config),
    };
  },
};
