import type { Fields } from "../fields.ts";
import { headAttention } from "../hf-layers.ts";
import { MAX_LAYERS } from "../limits.ts";
import { draftsOf, expertLayers } from "./deepseek.ts";
import type { Differences, Family } from "./family.ts";

/** EXAONE 4 and the language model of 4.5: norms of q and k; three sliding layers before each full one in the large ones. */
export const exaone4: Family = {
  modelTypes: ["exaone4", "exaone4_5_text"],
  differences: (config) => traits(config),
};

/** K-EXAONE: as EXAONE 4 with experts after the first layer. */
export const exaoneMoe: Family = {
  modelTypes: ["exaone_moe"],
  names: { n_routed_experts: "num_experts", n_shared_experts: "num_shared_experts" },
  defaults: { first_k_dense_replace: 1, n_shared_experts: 1 },
  differences: (config, dimensions) => {
    const feedForward = expertLayers(config, dimensions);
    return {
      ...traits(config),
      feedForward,
      ...draftsOf(config, dimensions, (layer) => ({
        attention: headAttention(config, dimensions, traits(config)),
        feedForward: feedForward(layer),
      })),
    };
  },
};

/** The pattern is a number, or letters such as LLLG, which were only seen for four. */
function traits(config: Fields): Differences {
  const pattern = config.raw("sliding_window_pattern");
  const every =
    typeof pattern === "number" ? config.count("sliding_window_pattern", MAX_LAYERS) : 4;
  return {
    qkNorm: "head",
    isSliding: (layer) => config.has("sliding_window") && (layer + 1) % every !== 0,
  };
}
