import type { HeadAttention } from "../../model/attention.ts";
import { tokens } from "../../units/units.ts";
import type { Fields } from "../fields.ts";
import { headAttention } from "../hf-layers.ts";
import { MAX_CONTEXT, MAX_HEADS, MAX_INTERMEDIATE } from "../limits.ts";
import type { Dimensions, Family } from "./family.ts";
import { moeOf } from "./moe.ts";

/**
 * Step 3.5 and 3.7: a gate on each head's output, sliding layers with heads of their own number, one shared
 * expert, experts from the fourth layer on. Lists may run on into the draft layers.
 */
export const step: Family = {
  modelTypes: ["step3p5", "step3p7"],
  defaults: {
    head_dim: 128,
    num_key_value_heads: 8,
    n_routed_experts: 288,
    share_expert_dim: 1280,
    sliding_window: 512,
    max_position_embeddings: 128_000,
  },
  names: {
    num_key_value_heads: "num_attention_groups",
    n_routed_experts: "moe_num_experts",
    num_experts_per_tok: "moe_top_k",
    share_expert_dim: "share_expert_dims",
  },
  differences: (config, dimensions) => {
    const mlpBias = config.flag("mlp_bias", false);
    const bias = config.flag("attention_bias", false);
    const full: HeadAttention = {
      ...headAttention(config, dimensions, { qkNorm: "head", qkvBias: bias, outBias: bias }),
      outputGate: "head",
    };
    const types = config.texts("layer_types");
    const sliding = types.includes(SLIDING) ? slidingForm(config, full) : full;
    const hasExperts = expertLayers(config, dimensions);
    const moe = moeOf(config, {
      experts: "n_routed_experts",
      intermediate: "moe_intermediate_size",
      sharedBias: mlpBias,
      sharedIntermediate: config.countOrZero("share_expert_dim", MAX_INTERMEDIATE),
    });
    return {
      mlpBias,
      attention: (layer) => (types[layer] === SLIDING ? sliding : full),
      feedForward: (layer) => (hasExperts(layer) ? moe : undefined),
    };
  },
};

const SLIDING = "sliding_attention";

function slidingForm(config: Fields, full: HeadAttention): HeadAttention {
  const own = config.object("attention_other_setting");
  const heads =
    own?.count("num_attention_heads", MAX_HEADS, full.heads) ??
    config.count("num_sliding_attention_heads", MAX_HEADS, full.heads);
  const window = tokens(config.count("sliding_window", MAX_CONTEXT));
  return { ...full, kind: "sliding", window, heads };
}

/** Listed by kind, or by number as text ("3,4,5"); from the fourth layer on where nothing is said. */
function expertLayers(config: Fields, { layers }: Dimensions): (layer: number) => boolean {
  const types = config.texts("mlp_layer_types");
  if (types.length >= layers) {
    return (layer) => types[layer] === "sparse";
  }
  const listed = config.text("moe_layers_enum");
  if (listed !== undefined) {
    const numbers = new Set(listed.split(",").map((item) => Number(item.trim())));
    return (layer) => numbers.has(layer);
  }
  return (layer) => layer >= 3;
}
