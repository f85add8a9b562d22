import { vector } from "../../model/tensor.ts";
import type { Family } from "./family.ts";

/** Apertus: norms of q and k, no gate, and two numbers that each layer's activation learns. */
export const apertus: Family = {
  modelTypes: ["apertus"],
  differences: (config) => {
    const bias = config.flag("attention_bias", false);
    const learns = (config.text("hidden_act") ?? "xielu") === "xielu";
    return {
      qkNorm: "head",
      qkvBias: bias,
      outBias: bias,
      mlpBias: config.flag("mlp_bias", false),
      gated: false,
      ...(learns
        ? { layer: (common) => ({ ...common, extra: [vector("mlp.act_fn", "other", 2)] }) }
        : {}),
    };
  },
};
