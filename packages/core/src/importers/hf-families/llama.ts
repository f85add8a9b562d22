import type { Family } from "./family.ts";

/** Llama 1 to 3.3, what takes its form under its name (Yi, SmolLM 2, DeepSeek-LLM, R1-Distill-Llama), and what has it under another. */
export const llama: Family = {
  modelTypes: ["llama", "granite", "cwm", "aquila"],
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

/** InternLM 1 and 3: biases by the config's word. */
export const internlm: Family = {
  modelTypes: ["internlm", "internlm3"],
  differences: (config) => {
    const isThird = config.text("model_type") === "internlm3";
    const bias = config.flag("bias", !isThird);
    return {
      qkvBias: isThird ? config.flag("qkv_bias", false) : bias,
      outBias: bias,
      mlpBias: isThird && bias,
    };
  },
};

/** Baichuan 1 and 2: q, k and v are stored as one matrix; the counts are Llama's. */
export const baichuan: Family = {
  modelTypes: ["baichuan"],
  names: { max_position_embeddings: "model_max_length" },
  differences: () => ({}),
};

/** Arcee AFM: no gate in the feed-forward. */
export const arcee: Family = {
  modelTypes: ["arcee"],
  differences: (config) => {
    const bias = config.flag("attention_bias", false);
    return {
      qkvBias: bias,
      outBias: bias,
      mlpBias: config.flag("mlp_bias", false),
      gated: false,
    };
  },
};

/** Nemotron 3, 4 and Minitron: layer norms, no gate in the feed-forward. */
export const nemotron: Family = {
  modelTypes: ["nemotron"],
  differences: (config) => {
    const bias = config.flag("attention_bias", false);
    return {
      qkvBias: bias,
      outBias: bias,
      mlpBias: config.flag("mlp_bias", false),
      gated: false,
      normBias: true,
    };
  },
};
