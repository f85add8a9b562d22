import type { Attention } from "../../model/attention.ts";
import type { FeedForward } from "../../model/feed-forward.ts";
import type { Layer } from "../../model/model.ts";
import { copied } from "../../model/tensor.ts";
import type { Fields } from "../fields.ts";
import { headAttention } from "../hf-layers.ts";
import { MAX_HEADS, MAX_INTERMEDIATE } from "../limits.ts";
import type { Dimensions, Family } from "./family.ts";

/**
 * Nemotron-NAS (Llama-3.1-Nemotron-51B, Super-49B, Ultra-253B): each layer has a block of its own, in which
 * attention or feed-forward may be missing, or one matrix in their place; KV heads and widths differ.
 */
export const nemotronNas: Family = {
  modelTypes: ["nemotron-nas", "deci"],
  defaults: { intermediate_size: 1 },
  differences: (config, dimensions) => {
    const blocks = config.objects("block_configs");
    if (blocks.length !== dimensions.layers) {
      throw config.bad(
        "block_configs",
        `expected one for each of the ${dimensions.layers} layers, got ${blocks.length}`,
      );
    }
    const layers = blocks.map((block) => layerOf(config, block, dimensions));
    return {
      attention: (layer) => layers[layer]?.attention ?? { kind: "none" },
      feedForward: (layer) => layers[layer]?.feedForward,
      layer: (common, index) => ({ ...common, ...layers[index] }),
    };
  },
};

function layerOf(config: Fields, block: Fields, dimensions: Dimensions): Layer {
  const attention = block.object("attention");
  const feedForward = block.object("ffn");
  const linear = { out: dimensions.hidden, in: dimensions.hidden };
  const extra = [
    ...(isLinear(attention) ? [copied("self_attn.linear_attn", "attention", linear)] : []),
    ...(isLinear(feedForward) ? [copied("mlp.linear_mlp", "mlp", linear)] : []),
  ];
  return {
    attention: attentionOf(config, attention, dimensions),
    feedForward: feedForwardOf(feedForward, dimensions),
    // a branch that is missing has no norm before it
    norms: [attention, feedForward].filter((branch) => !isMissing(branch)).length,
    normBias: false,
    ...(extra.length > 0 ? { extra } : {}),
  };
}

function isMissing(branch: Fields | undefined): boolean {
  return branch?.flag("no_op", false) ?? false;
}

function isLinear(branch: Fields | undefined): boolean {
  return branch?.flag("replace_with_linear", false) ?? false;
}

function attentionOf(
  config: Fields,
  branch: Fields | undefined,
  dimensions: Dimensions,
): Attention {
  if (branch === undefined || isMissing(branch) || isLinear(branch)) {
    return { kind: "none" };
  }
  const bias = config.flag("attention_bias", false);
  const heads = config.count("num_attention_heads", MAX_HEADS);
  const inGroup = branch.count("n_heads_in_group", MAX_HEADS, 1);
  if (heads % inGroup !== 0) {
    throw branch.bad("n_heads_in_group", `expected a divisor of ${heads}, got ${inGroup}`);
  }
  const common = headAttention(
    config.completed({ defaults: { num_key_value_heads: heads } }),
    dimensions,
    { qkvBias: bias, outBias: bias },
  );
  return { ...common, kvHeads: heads / inGroup };
}

/** Two thirds of `ffn_mult` times the width, up to a multiple of 256; or the width itself in newer files. */
function feedForwardOf(branch: Fields | undefined, { hidden }: Dimensions): FeedForward {
  if (branch === undefined || isMissing(branch) || isLinear(branch)) {
    return { kind: "none" };
  }
  const shape = { kind: "dense" as const, gated: true, bias: false };
  const multiple = branch.raw("ffn_mult");
  if (branch.has("intermediate_size") || typeof multiple !== "number") {
    return { ...shape, intermediate: branch.count("intermediate_size", MAX_INTERMEDIATE) };
  }
  const intermediate = 256 * Math.ceil(Math.trunc((2 * multiple * hidden) / 3) / 256);
  if (!(intermediate >= 1 && intermediate <= MAX_INTERMEDIATE)) {
    throw branch.bad("ffn_mult", `expected a positive number, got ${multiple}`);
  }
  return { ...shape, intermediate };
}
