import type { Attention } from "../../model/attention.ts";
import type { Fields } from "../fields.ts";
import { headAttention } from "../hf-layers.ts";
import {
  MAX_CONTEXT,
  MAX_CONV,
  MAX_EXPERTS,
  MAX_HEAD_DIM,
  MAX_HEADS,
  MAX_HIDDEN,
  MAX_LAYERS,
} from "../limits.ts";
import type { Dimensions, Family } from "./family.ts";
import { moeOf } from "./moe.ts";

/** Any length will do: a model without attention keeps no more for more. */
const UNBOUNDED = { max_position_embeddings: MAX_CONTEXT };

const NAMES = { hidden_size: "d_model", num_hidden_layers: "n_layer" };

/** Mamba and Falcon Mamba: one mixer a layer behind one norm, nothing else. */
export const mamba: Family = {
  modelTypes: ["mamba", "falcon_mamba"],
  defaults: UNBOUNDED,
  names: NAMES,
  differences: (config, { hidden }) => {
    const inner = config.count("intermediate_size", MAX_HIDDEN, 2 * hidden);
    const mixer: Attention = {
      kind: "recurrent",
      form: "mamba1",
      inner,
      stateDim: config.count("state_size", MAX_HEAD_DIM, 16),
      timeRank: timeRank(config, "time_step_rank", hidden),
      convWidth: config.count("conv_kernel", MAX_CONV, 4),
      convBias: config.flag("use_conv_bias", true),
      projectionBias: config.flag("use_bias", false),
      hasInnerNorms: false,
    };
    return { ...mixerOnly(mixer), tiedByDefault: true };
  },
};

/** Mamba-2 (Codestral Mamba). */
export const mamba2: Family = {
  modelTypes: ["mamba2"],
  defaults: UNBOUNDED,
  names: NAMES,
  differences: (config) =>
    mixerOnly({
      kind: "recurrent",
      form: "mamba2",
      heads: config.count("num_heads", MAX_HEADS, 128),
      headDim: config.count("head_dim", MAX_HEAD_DIM, 64),
      groups: config.count("n_groups", MAX_HEADS, 8),
      stateDim: config.count("state_size", MAX_HEAD_DIM, 128),
      convWidth: config.count("conv_kernel", MAX_CONV, 4),
      convBias: config.flag("use_conv_bias", true),
      projectionBias: config.flag("use_bias", false),
      hasNorm: true,
    }),
};

/** Jamba: one layer of attention in eight, experts in every other. */
export const jamba: Family = {
  modelTypes: ["jamba"],
  defaults: { num_key_value_heads: 8, num_experts: 16, num_experts_per_tok: 2 },
  differences: (config, dimensions) => {
    const { hidden } = dimensions;
    const full = headAttention(config, dimensions, {});
    const mixer: Attention = {
      kind: "recurrent",
      form: "mamba1",
      inner: config.count("mamba_expand", MAX_CONV, 2) * hidden,
      stateDim: config.count("mamba_d_state", MAX_HEAD_DIM, 16),
      timeRank: timeRank(config, "mamba_dt_rank", hidden),
      convWidth: config.count("mamba_d_conv", MAX_CONV, 4),
      convBias: config.flag("mamba_conv_bias", true),
      projectionBias: config.flag("mamba_proj_bias", false),
      hasInnerNorms: true,
    };
    const isFull = everySoMany(config, "attn_layer", { period: 8, offset: 4 });
    const hasExperts = everySoMany(config, "expert_layer", { period: 2, offset: 1 });
    // one expert is a dense feed-forward
    const moe =
      config.count("num_experts", MAX_EXPERTS) === 1
        ? undefined
        : moeOf(config, { experts: "num_experts", intermediate: "intermediate_size" });
    return {
      attention: (layer) => (isFull(layer) ? full : mixer),
      feedForward: (layer) => (hasExperts(layer) ? moe : undefined),
    };
  },
};

function mixerOnly(mixer: Attention): ReturnType<Family["differences"]> {
  return { attention: () => mixer, feedForward: () => ({ kind: "none" }), norms: 1 };
}

/** A number, or a sixteenth of the width where it says "auto". */
function timeRank(config: Fields, key: string, hidden: Dimensions["hidden"]): number {
  const isAuto = !config.has(key) || config.raw(key) === "auto";
  return isAuto ? Math.ceil(hidden / 16) : config.count(key, MAX_HIDDEN);
}

function everySoMany(
  config: Fields,
  key: string,
  byDefault: { readonly period: number; readonly offset: number },
): (layer: number) => boolean {
  const period = config.count(`${key}_period`, MAX_LAYERS, byDefault.period);
  const offset = config.countOrZero(`${key}_offset`, MAX_LAYERS, byDefault.offset);
  return (layer) => layer % period === offset;
}
