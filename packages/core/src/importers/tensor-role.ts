import type { Role } from "../model/tensor.ts";

/** Where a tensor of a file belongs. */
export interface TensorPlace {
  /** Its layer; undefined outside of layers. */
  readonly layer: number | undefined;
  readonly role: Role;
  readonly kind: "weight" | "scale" | "zero";
}

/**
 * The place of a tensor by its name: those of Hugging Face checkpoints ("model.layers.3.mlp.up_proj.weight") and
 * of GGUF ("blk.3.ffn_up.weight"). Undefined for tables that engines compute themselves (rotary frequencies).
 */
export function placeOfTensor(name: string): TensorPlace | undefined {
  if (COMPUTED.test(name)) {
    return;
  }
  const kind = kindOf(name);
  if (VISION.test(name)) {
    return { layer: undefined, role: "vision", kind };
  }
  const found = LAYER.exec(name);
  if (found === null || DRAFT.test(name)) {
    return { layer: undefined, role: firstOf(OUTSIDE, name), kind };
  }
  return { layer: Number(found[1]), role: firstOf(INSIDE, found[2] ?? ""), kind };
}

const COMPUTED = /rotary_emb|inv_freq|rope_freqs|rope_factors|masked_bias$|attn\.bias$/;

const VISION =
  /(?:^|\.)(?:vision_\w+|visual|multi_modal_projector|mm_projector|audio_\w+|embed_audio|embed_vision)\.|^(?:v|mm)\./;

/** Layers of their own numbering beside the model's. */
const DRAFT = /^(?:mtp|model\.mtp|draft|medusa|eagle)/;

const LAYER = /(?:^|\.)(?:layers?|h|blocks?|blk)\.(\d{1,6})\.(.*)$/;

const SCALE =
  /(?:scale|scales|scale_inv|scale_2|scaling_factor|scaling_factor_2|g_idx|weight_shape)$/;
const ZERO = /(?:qzeros|zero_point|zeros|\.zero)$/;

function kindOf(name: string): TensorPlace["kind"] {
  if (ZERO.test(name)) {
    return "zero";
  }
  return SCALE.test(name) ? "scale" : "weight";
}

type Rule = readonly [pattern: RegExp, role: Role];

/** The first that matches decides. */
const OUTSIDE: readonly Rule[] = [
  [DRAFT, "other"],
  [/(?:embed_tokens|wte|token_embd|vocab_embedding|word_embeddings|tok_embeddings)/, "embedding"],
  [/(?:lm_head|^output\.|embed_out|output_layer)/, "head"],
  [/norm|ln_f/, "norm"],
];

const INSIDE: readonly Rule[] = [
  [/shared_expert|_shexp|shared_mlp/, "mlp"],
  [
    /gate_inp|exp_probs_b|e_score_correction_bias|(?:mlp|block_sparse_moe|moe|feed_forward|mixer|ffn)\.(?:gate|router)\b/,
    "router",
  ],
  [/experts|_exps\b/, "expert"],
  [
    /^(?:self_attn|attention|attn|self_attention|linear_attn|mamba|mixer|ssm)\b|^(?:attn|ssm)_(?!norm|.*post_norm)/,
    "attention",
  ],
  [/norm|^ln_|layernorm/, "norm"],
  [/mlp|ffn|feed_forward/, "mlp"],
];

function firstOf(rules: readonly Rule[], name: string): Role {
  return rules.find(([pattern]) => pattern.test(name))?.[1] ?? "other";
}
