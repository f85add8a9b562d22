import type { GgufFacts } from "./gguf-config.ts";
import { MAX_HEAD_DIM } from "./limits.ts";

/** How an architecture of llama.cpp is called in config.json, and what its metadata say otherwise. */
export interface GgufArchitecture {
  readonly modelType: string;
  readonly changes?: (
    facts: GgufFacts,
    config: Readonly<Record<string, unknown>>,
  ) => Readonly<Record<string, unknown>>;
}

/** The architecture of this name (`general.architecture`); undefined for one that is not read. */
export function ggufArchitecture(facts: GgufFacts): GgufArchitecture | undefined {
  const { architecture } = facts;
  // llama.cpp calls Mixtral a llama
  const hasExperts = facts.raw("expert_count") !== undefined && facts.raw("expert_count") !== 0;
  return hasExperts && architecture === "llama" ? MIXTRAL : ARCHITECTURES.get(architecture);
}

/** Names of the architectures that are read. */
export function ggufArchitectures(): readonly string[] {
  return [...ARCHITECTURES.keys()];
}

/** Config files of these give their experts' width as that of the feed-forward. */
const EXPERT_WIDTH: Pick<GgufArchitecture, "changes"> = {
  changes: (_, config) => ({ intermediate_size: config["moe_intermediate_size"] }),
};

const MIXTRAL: GgufArchitecture = { modelType: "mixtral", ...EXPERT_WIDTH };

const ARCHITECTURES: ReadonlyMap<string, GgufArchitecture> = new Map<string, GgufArchitecture>([
  ["llama", { modelType: "llama" }],
  ["mistral3", { modelType: "mistral" }],
  ["qwen2", { modelType: "qwen2", changes: qwenWindow }],
  ["qwen3", { modelType: "qwen3", changes: qwenWindow }],
  ["qwen2moe", { modelType: "qwen2_moe", changes: qwenWindow }],
  ["qwen3moe", { modelType: "qwen3_moe", changes: qwenWindow }],
  // the towers of these are in a file of their own (mmproj)
  ["qwen2vl", { modelType: "qwen2", changes: qwenWindow }],
  ["qwen3vl", { modelType: "qwen3", changes: qwenWindow }],
  ["qwen3vlmoe", { modelType: "qwen3_moe", changes: qwenWindow }],
  ["gpt-oss", { modelType: "gpt_oss", ...EXPERT_WIDTH }],
  ["minimax-m2", { modelType: "minimax_m2", ...EXPERT_WIDTH }],
  ["gemma", { modelType: "gemma" }],
  ["gemma2", { modelType: "gemma2" }],
  ["gemma3", { modelType: "gemma3_text" }],
  ["phi3", { modelType: "phi3" }],
  ["deepseek", { modelType: "deepseek" }],
  ["deepseek2", { modelType: "deepseek_v3", changes: latentAttention }],
  ["command-r", { modelType: "cohere" }],
  ["cohere2", { modelType: "cohere2" }],
  ["starcoder2", { modelType: "starcoder2" }],
  ["granite", { modelType: "granite" }],
  ["granitemoe", { modelType: "granitemoe", ...EXPERT_WIDTH }],
  [
    "internlm2",
    { modelType: "internlm2", changes: (_, config) => ({ bias: config["attention_bias"] }) },
  ],
  ["smollm3", { modelType: "smollm3" }],
  ["seed_oss", { modelType: "seed_oss" }],
  ["glm4", { modelType: "glm4" }],
  ["glm4moe", { modelType: "glm4_moe" }],
]);

/** Qwen's own flag for windows, which the published models leave off. */
function qwenWindow(facts: GgufFacts): Readonly<Record<string, unknown>> {
  return { use_sliding_window: facts.raw("attention.sliding_window") !== undefined };
}

/**
 * DeepSeek V2 and V3, Kimi K2. Newer files call the heads' sizes "…_mla" and give the latent's own, 512 + 64,
 * under the old keys.
 */
function latentAttention(facts: GgufFacts): Readonly<Record<string, unknown>> {
  const rope = facts.needed("rope.dimension_count", MAX_HEAD_DIM);
  const keyName = facts.raw("attention.key_length_mla") === undefined ? "" : "_mla";
  const key = facts.needed(`attention.key_length${keyName}`, MAX_HEAD_DIM);
  if (key <= rope) {
    throw facts.bad(
      `attention.key_length${keyName}`,
      `expected more than the ${rope} of rope.dimension_count, got ${key}`,
    );
  }
  return {
    q_lora_rank: facts.count("attention.q_lora_rank", MAX_HEAD_DIM) ?? null,
    kv_lora_rank: facts.needed("attention.kv_lora_rank", MAX_HEAD_DIM),
    qk_rope_head_dim: rope,
    qk_nope_head_dim: key - rope,
    v_head_dim: facts.needed(`attention.value_length${keyName}`, MAX_HEAD_DIM),
    head_dim: undefined,
  };
}
