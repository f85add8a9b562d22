import type { Fields } from "../fields.ts";
import { MAX_INTERMEDIATE } from "../limits.ts";
import type { Differences, Family } from "./family.ts";
import { moeOf } from "./moe.ts";

/** Granite 3 MoE: a Llama with experts in every layer, and a shared one where the config has its width. */
export const graniteMoe: Family = {
  modelTypes: ["granitemoe", "granitemoeshared"],
  differences: (config) => experts(config),
};

/** Granite with windows: three sliding layers after each full one, and sinks. */
export const graniteSwa: Family = {
  modelTypes: ["granite_swa"],
  differences: (config) => {
    const bias = config.flag("attention_bias", false);
    return {
      ...WINDOWS,
      tiedByDefault: true,
      qkvBias: bias,
      outBias: bias,
      mlpBias: config.flag("mlp_bias", false),
    };
  },
};

/** The same with experts. */
export const graniteMoeSwa: Family = {
  modelTypes: ["granitemoe_swa"],
  differences: (config) => ({ ...WINDOWS, ...experts(config) }),
};

const WINDOWS: Differences = {
  window: 128,
  isSliding: (layer) => layer % 4 !== 0,
  heads: (attention) => ({ ...attention, hasSinks: true }),
};

function experts(config: Fields): Differences {
  const bias = config.flag("attention_bias", false);
  const moe = moeOf(config, {
    experts: "num_local_experts",
    intermediate: "intermediate_size",
    sharedIntermediate: config.countOrZero("shared_intermediate_size", MAX_INTERMEDIATE, 0),
  });
  return { qkvBias: bias, outBias: bias, feedForward: () => moe };
}
