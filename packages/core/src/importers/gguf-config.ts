import { defined } from "./defined.ts";
import { type Fields, fieldsOf } from "./fields.ts";
import type { GgufHeader } from "./gguf-reader.ts";
import type { GgufValue } from "./gguf-values.ts";
import {
  MAX_CONTEXT,
  MAX_EXPERTS,
  MAX_HEAD_DIM,
  MAX_HEADS,
  MAX_HIDDEN,
  MAX_INTERMEDIATE,
  MAX_LAYERS,
  MAX_VOCAB,
} from "./limits.ts";

/** A GGUF file's metadata under its architecture's prefix, with what its tensor table adds. */
export interface GgufFacts {
  readonly architecture: string;
  /** A whole number from 1 up, or one that is the same in every layer; undefined where the key is absent or 0. */
  count(key: string, most: number): number | undefined;
  /** As `count`; an InputError where the key is absent. */
  needed(key: string, most: number): number;
  raw(key: string): unknown;
  bad(key: string, problem: string): Error;
  hasTensor(name: string): boolean;
}

/** Throws an InputError where the file does not say its architecture. */
export function ggufFacts(file: string, header: GgufHeader): GgufFacts {
  const fields = fieldsOf(file, Object.fromEntries(header.metadata));
  const architecture = fields.text("general.architecture");
  if (architecture === undefined) {
    throw fields.bad(
      "general.architecture",
      "expected the model's architecture, but it is missing",
    );
  }
  const names = new Set(header.tensors.map(({ name }) => name));
  const at = (key: string): string => `${architecture}.${key}`;
  const count = (key: string, most: number): number | undefined => {
    const even = evenValue(fields, at(key));
    return even === undefined || even === 0
      ? undefined
      : fieldsOf(file, { [at(key)]: even }).count(at(key), most);
  };
  return {
    architecture,
    count,
    needed: (key, most) => count(key, most) ?? fields.count(at(key), most),
    raw: (key) => fields.raw(at(key)),
    bad: (key, problem) => fields.bad(at(key), problem),
    hasTensor: (name) => names.has(name),
  };
}

/** A value that may be written once or once a layer. */
function evenValue(fields: Fields, key: string): unknown {
  const value = fields.raw(key) as GgufValue;
  if (!Array.isArray(value)) {
    return value;
  }
  const [first] = value;
  if (!value.every((entry) => entry === first)) {
    throw fields.bad(
      key,
      "expected one value for all layers: layers of unequal shape can't be described yet",
    );
  }
  return first;
}

/** The config.json that the file was converted from, as far as its metadata keep it. */
export function ggufConfig(
  facts: GgufFacts,
  header: GgufHeader,
): Readonly<Record<string, unknown>> {
  const drafts = facts.count("nextn_predict_layers", MAX_LAYERS) ?? 0;
  const heads = facts.needed("attention.head_count", MAX_HEADS);
  const bias = ["attn_q.bias", "attn_qkv.bias"].some((name) => facts.hasTensor(`blk.0.${name}`));
  return defined({
    hidden_size: facts.needed("embedding_length", MAX_HIDDEN),
    num_hidden_layers: facts.needed("block_count", MAX_LAYERS) - drafts,
    num_attention_heads: heads,
    num_key_value_heads: facts.count("attention.head_count_kv", MAX_HEADS) ?? heads,
    head_dim: facts.count("attention.key_length", MAX_HEAD_DIM),
    intermediate_size: facts.count("feed_forward_length", MAX_INTERMEDIATE),
    vocab_size: vocabularyOf(facts, header),
    max_position_embeddings: facts.needed("context_length", MAX_CONTEXT),
    sliding_window: facts.count("attention.sliding_window", MAX_CONTEXT),
    rms_norm_eps: facts.raw("attention.layer_norm_rms_epsilon"),
    tie_word_embeddings: !facts.hasTensor("output.weight"),
    attention_bias: bias,
    mlp_bias: facts.hasTensor("blk.0.ffn_up.bias"),
    torch_dtype: "bfloat16",
    ...expertConfig(facts),
  });
}

/** The embedding's rows: the vocabulary with its padding. */
function vocabularyOf(facts: GgufFacts, { metadata, tensors }: GgufHeader): number | undefined {
  const embedding = tensors.find(({ name }) => name === "token_embd.weight");
  const tokens = metadata.get("tokenizer.ggml.tokens");
  const listed = typeof tokens === "object" ? tokens.length : undefined;
  return embedding?.shape[0] ?? facts.count("vocab_size", MAX_VOCAB) ?? listed;
}

/** Experts under every key that a family of ours reads them by. */
function expertConfig(facts: GgufFacts): Readonly<Record<string, unknown>> {
  const experts = facts.count("expert_count", MAX_EXPERTS);
  if (experts === undefined) {
    return {};
  }
  const width =
    facts.count("expert_feed_forward_length", MAX_INTERMEDIATE) ??
    facts.count("feed_forward_length", MAX_INTERMEDIATE);
  return {
    num_local_experts: experts,
    num_experts: experts,
    n_routed_experts: experts,
    num_experts_per_tok: facts.needed("expert_used_count", MAX_EXPERTS),
    moe_intermediate_size: width,
    n_shared_experts: facts.count("expert_shared_count", MAX_EXPERTS) ?? 0,
    shared_expert_intermediate_size: facts.count(
      "expert_shared_feed_forward_length",
      MAX_INTERMEDIATE,
    ),
    first_k_dense_replace: facts.count("leading_dense_block_count", MAX_LAYERS) ?? 0,
  };
}
