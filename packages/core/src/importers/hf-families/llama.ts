import type { Family } from "./family.ts";

/** Llama 1 to 3.3, and what takes its form under its name (Yi, SmolLM, DeepSeek-LLM, R1-Distill-Llama). */
export const llama: Family = {
  modelTypes: ["llama", "smollm3", "granite"],
  differences: (config) => {
    const bias = config.flag("attention_bias", false);
    return {
      qkvBias: bias,
      outBias: bias,
      mlpBias: config.flag("mlp_bias", false),
      tiedByDefault: config.raw("model_type") === "smollm3",
    };
  },
};
