import type { Family } from "./family.ts";

/** Llama 1 to 3.3, and what takes its form under its name (Yi, SmolLM 2, DeepSeek-LLM, R1-Distill-Llama). */
export const llama: Family = {
  modelTypes: ["llama", "granite"],
  differences: (config) => {
    const bias = config.flag("attention_bias", false);
    return { qkvBias: bias, outBias: bias, mlpBias: config.flag("mlp_bias", false) };
  },
};

/** SmolLM 3 and ERNIE 4.5: a Llama whose head is its embedding unless the config says otherwise. */
export const tiedLlama: Family = {
  modelTypes: ["smollm3", "ernie4_5"],
  differences: (config) => {
    const bias = config.flag("attention_bias", config.flag("use_bias", false));
    return {
      tiedByDefault: true,
      qkvBias: bias,
      outBias: bias,
      mlpBias: config.flag("mlp_bias", config.flag("use_bias", false)),
    };
  },
};

/** ByteDance Seed-OSS: q, k and v have biases, and the output one of its own. */
export const seedOss: Family = {
  modelTypes: ["seed_oss"],
  differences: (config) => ({
    qkvBias: config.flag("attention_bias", true),
    outBias: config.flag("attention_out_bias", false),
    mlpBias: config.flag("mlp_bias", false),
    defaultHeadDim: 128,
  }),
};

/** InternLM 2 and 2.5: q, k and v are stored as one matrix; the counts are Llama's. */
export const internlm2: Family = {
  modelTypes: ["internlm2"],
  differences: (config) => {
    const bias = config.flag("bias", true);
    return { qkvBias: bias, outBias: bias };
  },
};
