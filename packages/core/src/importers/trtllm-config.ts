import { defined } from "./defined.ts";
import type { Fields } from "./fields.ts";
import { MAX_EXPERTS, MAX_INTERMEDIATE } from "./limits.ts";

/** TensorRT-LLM's architectures by Hugging Face's `model_type`; letters' case varies between its versions. */
const MODEL_TYPES: ReadonlyMap<string, string> = new Map([
  ["llamaforcausallm", "llama"],
  ["mistralforcausallm", "mistral"],
  ["mixtralforcausallm", "mixtral"],
  ["qwenforcausallm", "qwen2"],
  ["qwen2forcausallm", "qwen2"],
  ["qwen3forcausallm", "qwen3"],
  ["gemmaforcausallm", "gemma"],
  ["gemma2forcausallm", "gemma2"],
  ["gemma3forcausallm", "gemma3_text"],
  ["phi3forcausallm", "phi3"],
  ["cohereforcausallm", "cohere"],
  ["internlm2forcausallm", "internlm2"],
  ["graniteforcausallm", "granite"],
  ["deepseekforcausallm", "deepseek"],
  ["deepseekv2forcausallm", "deepseek_v2"],
  ["deepseekv3forcausallm", "deepseek_v3"],
]);

/** Qwen's generations share one architecture and say here which they are. */
const QWEN_TYPES: ReadonlySet<string> = new Set(["qwen2", "qwen2_moe", "qwen3", "qwen3_moe"]);

/** The keys whose names are Hugging Face's own. */
const SAME = [
  "hidden_size",
  "num_hidden_layers",
  "num_attention_heads",
  "num_key_value_heads",
  "intermediate_size",
  "vocab_size",
  "hidden_act",
  "tie_word_embeddings",
  "sliding_window",
  "layer_types",
  "q_lora_rank",
  "kv_lora_rank",
  "qk_nope_head_dim",
  "qk_rope_head_dim",
  "v_head_dim",
  "first_k_dense_replace",
] as const;

/**
 * The config.json of the model that a TensorRT-LLM checkpoint was converted from, as far as its `config`
 * keeps it. Throws an InputError for an architecture that is not read.
 */
export function configOfTrtllm(config: Fields, longest: number | undefined): unknown {
  const dtype = config.text("dtype");
  const moe = expertsOf(config);
  return defined({
    ...Object.fromEntries(SAME.map((key) => [key, config.raw(key)])),
    ...moe,
    model_type: modelTypeOf(config, moe !== undefined),
    head_dim: config.raw("head_size"),
    max_position_embeddings: config.raw("max_position_embeddings") ?? longest,
    rms_norm_eps: config.raw("norm_epsilon"),
    attention_bias: config.raw("attn_bias"),
    mlp_bias: config.raw("mlp_bias"),
    torch_dtype: dtype,
    quantization_config: quantizationOf(config),
  });
}

function modelTypeOf(config: Fields, hasExperts: boolean): string {
  const architecture = config.text("architecture") ?? "";
  const modelType = MODEL_TYPES.get(architecture.toLowerCase());
  if (modelType === undefined) {
    throw config.bad(
      "architecture",
      `expected one that is known, such as LlamaForCausalLM or QWenForCausalLM, got "${architecture}"`,
    );
  }
  const qwen = config.text("qwen_type");
  if (modelType === "qwen2" && qwen !== undefined) {
    if (!QWEN_TYPES.has(qwen)) {
      throw config.bad("qwen_type", `expected ${[...QWEN_TYPES].join(", ")}, got "${qwen}"`);
    }
    return qwen;
  }
  // TensorRT-LLM calls Mixtral a Llama with experts
  return hasExperts && modelType === "llama" ? "mixtral" : modelType;
}

/** Experts under every key that a family reads them by; undefined for a dense model. */
function expertsOf(config: Fields): Readonly<Record<string, unknown>> | undefined {
  const moe = config.object("moe");
  const stated = moe?.raw("num_experts") ?? config.raw("moe_num_experts") ?? 0;
  if (stated === 0) {
    return;
  }
  const from = moe ?? config;
  const [expertsKey, activeKey] =
    moe === undefined ? ["moe_num_experts", "moe_top_k"] : ["num_experts", "top_k"];
  const experts = from.count(expertsKey ?? "", MAX_EXPERTS);
  const shared = config.raw("moe_shared_expert_intermediate_size");
  return {
    num_local_experts: experts,
    num_experts: experts,
    n_routed_experts: experts,
    num_experts_per_tok: from.count(activeKey ?? "", MAX_EXPERTS),
    moe_intermediate_size:
      config.raw("moe_intermediate_size") ??
      config.raw("moe_inter_size") ??
      config.count("intermediate_size", MAX_INTERMEDIATE),
    shared_expert_intermediate_size: shared === 0 ? undefined : shared,
    n_shared_experts: config.raw("n_shared_experts") ?? moe?.raw("num_shared_experts"),
  };
}

/** `quantization` as ModelOpt would have written it into config.json. */
function quantizationOf(config: Fields): unknown {
  const stated = config.object("quantization");
  if (stated === undefined || !(stated.has("quant_algo") || stated.has("kv_cache_quant_algo"))) {
    return;
  }
  const algorithm = stated.text("quant_algo") ?? "NO_QUANT";
  // NVFP4's groups are always 16; the field keeps its default of 128 there
  const groupSize = algorithm.startsWith("NVFP4") ? undefined : stated.raw("group_size");
  return defined({
    quant_method: "modelopt",
    quant_algo: algorithm,
    kv_cache_quant_algo: stated.raw("kv_cache_quant_algo"),
    group_size: groupSize,
    exclude_modules: stated.raw("exclude_modules"),
  });
}
