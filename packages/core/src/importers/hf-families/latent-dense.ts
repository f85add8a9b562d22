import { latentAttention } from "./deepseek.ts";
import type { Family } from "./family.ts";

/** MiniCPM 3 and Youtu: DeepSeek's latent attention, and no experts. */
export const latentDense: Family = {
  modelTypes: ["minicpm3", "youtu"],
  differences: (config) => {
    const attention = latentAttention(config);
    return {
      tiedByDefault: true,
      attention: () => attention,
      mlpBias: config.flag("mlp_bias", false),
    };
  },
};
