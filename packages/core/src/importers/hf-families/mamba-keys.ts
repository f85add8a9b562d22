import type { Mamba2 } from "../../model/recurrent.ts";
import type { Fields } from "../fields.ts";
import { MAX_CONV, MAX_HEAD_DIM, MAX_HEADS, MAX_HIDDEN } from "../limits.ts";

/** Mamba-2 from the keys that Granite 4, Bamba and Falcon-H1 share; `inner` is the width of all heads together. */
export function mamba2Of(config: Fields, hidden: number): Mamba2 {
  const heads = config.count("mamba_n_heads", MAX_HEADS);
  const inner = config.has("mamba_d_ssm")
    ? config.count("mamba_d_ssm", MAX_HIDDEN)
    : config.count("mamba_expand", MAX_CONV, 2) * hidden;
  const isGiven = config.has("mamba_d_head") && config.raw("mamba_d_head") !== "auto";
  const headDim = isGiven ? config.count("mamba_d_head", MAX_HEAD_DIM) : inner / heads;
  if (headDim * heads !== inner || !Number.isInteger(headDim)) {
    throw config.bad("mamba_n_heads", `expected heads that make up ${inner} together`);
  }
  return {
    kind: "recurrent",
    form: "mamba2",
    heads,
    headDim,
    groups: config.count("mamba_n_groups", MAX_HEADS, 1),
    stateDim: config.count("mamba_d_state", MAX_HEAD_DIM, 256),
    convWidth: config.count("mamba_d_conv", MAX_CONV, 4),
    convBias: config.flag("mamba_conv_bias", true),
    projectionBias: config.flag("mamba_proj_bias", false),
    hasNorm: true,
  };
}
