/**
 * What transformers' configuration classes (5.18) assume where a config leaves a key out, one `model_type` a row:
 * vocabulary, width, feed-forward, layers, heads, KV heads, head dimension, context ("-": none, or worked out from
 * the others), then other keys. transformers writes the language model inside a multimodal config without the
 * keys that have these values; a config of its own has its dimensions written out.
 */
const ROWS: readonly string[] = [
  "llama 32000 4096 11008 32 32 - - 2048",
  "llama4_text 202048 5120 8192 48 40 8 128 131072 num_local_experts=16 num_experts_per_tok=1",
  "mllama_text_model 128256 4096 14336 40 32 8 - 131072",
  "qwen2 151936 4096 22016 32 32 32 - 32768",
  "qwen2_moe 151936 2048 5632 24 16 16 - 32768 num_experts=60 num_experts_per_tok=4 moe_intermediate_size=1408 shared_expert_intermediate_size=5632",
  "qwen2_vl_text 152064 8192 29568 80 64 8 - 32768",
  "qwen2_5_vl_text 152064 8192 29568 80 64 8 - 32768",
  "qwen3 151936 4096 22016 32 32 32 128 32768",
  "qwen3_moe 151936 2048 6144 24 32 4 - 32768 num_experts=128 num_experts_per_tok=8 moe_intermediate_size=768",
  "qwen3_vl_text 151936 4096 22016 32 32 32 128 128000",
  "qwen3_vl_moe_text 151936 2048 5632 24 16 16 - 128000 num_experts=60 num_experts_per_tok=4 moe_intermediate_size=1408",
  "qwen3_next 151936 2048 5632 48 16 2 256 32768 num_experts=512 num_experts_per_tok=10 moe_intermediate_size=512 shared_expert_intermediate_size=512",
  "qwen3_5_text 248320 4096 12288 32 16 4 256 32768",
  "qwen3_5_moe_text 248320 2048 - 40 16 2 256 32768 num_experts=256 num_experts_per_tok=8 moe_intermediate_size=512 shared_expert_intermediate_size=512",
  "mistral 32000 4096 14336 32 32 8 - 131072",
  "ministral 32000 4096 14336 32 32 8 - 131072",
  "ministral3 131072 4096 14336 34 32 8 128 262144",
  "mistral4 131072 4096 12288 36 32 32 - 1048576 n_routed_experts=128 num_experts_per_tok=4 moe_intermediate_size=2048 n_shared_experts=1 first_k_dense_replace=0 q_lora_rank=1024 kv_lora_rank=256 qk_nope_head_dim=64 qk_rope_head_dim=64 v_head_dim=128",
  "mixtral 32000 4096 14336 32 32 8 - 131072 num_local_experts=8 num_experts_per_tok=2",
  "gemma 256000 3072 24576 28 16 16 256 8192",
  "gemma2 256000 2304 9216 26 8 4 256 8192",
  "gemma3_text 262208 2304 9216 26 8 4 256 131072",
  "gemma3n_text 262400 2048 16384 35 8 2 256 32768",
  "gemma4_text 262144 2304 9216 30 8 4 256 131072",
  "phi 51200 2048 8192 24 32 - - 2048",
  "phi3 32064 3072 8192 32 32 - - 4096",
  "phimoe 32064 4096 6400 32 32 8 - 131072 num_local_experts=16 num_experts_per_tok=2",
  "deepseek_v2 102400 4096 11008 32 32 - - 2048 n_routed_experts=64 moe_intermediate_size=1407 n_shared_experts=2 first_k_dense_replace=0 q_lora_rank=1536 kv_lora_rank=512 qk_nope_head_dim=128 qk_rope_head_dim=64 v_head_dim=128",
  "deepseek_v3 129280 7168 18432 61 128 128 - 4096 n_routed_experts=256 num_experts_per_tok=8 moe_intermediate_size=2048 n_shared_experts=1 first_k_dense_replace=3 q_lora_rank=1536 kv_lora_rank=512 qk_nope_head_dim=128 qk_rope_head_dim=64 v_head_dim=128",
  "deepseek_v32 129280 7168 18432 61 128 128 64 163840 n_routed_experts=256 num_experts_per_tok=8 moe_intermediate_size=2048 n_shared_experts=1 first_k_dense_replace=3 q_lora_rank=1536 kv_lora_rank=512 qk_nope_head_dim=128 qk_rope_head_dim=64 v_head_dim=128 index_n_heads=64 index_head_dim=128",
  "deepseek_v4 129280 4096 - 43 64 1 512 1048576 n_routed_experts=256 num_experts_per_tok=6 moe_intermediate_size=2048 n_shared_experts=1 q_lora_rank=1024 index_n_heads=64 index_head_dim=128",
  "kimi_linear 163840 2304 9216 27 32 32 - 1048576 num_local_experts=256 num_experts_per_tok=8 moe_intermediate_size=1024 n_shared_experts=1 kv_lora_rank=512 qk_nope_head_dim=128 qk_rope_head_dim=64 v_head_dim=128",
  "glm 151552 4096 13696 40 32 2 128 131072 attention_bias=true",
  "glm4 151552 4096 13696 40 32 2 128 131072 attention_bias=true",
  "glm4v_text 151552 4096 13696 40 32 2 - 32768",
  "glm4_moe 151552 4096 10944 46 96 8 - 131072 n_routed_experts=128 num_experts_per_tok=8 moe_intermediate_size=1408 n_shared_experts=1 first_k_dense_replace=1",
  "glm4v_moe_text 151424 4096 10944 46 96 8 - 65536 n_routed_experts=128 num_experts_per_tok=8 moe_intermediate_size=1408 n_shared_experts=1 first_k_dense_replace=1 attention_bias=true",
  "glm4_moe_lite 154880 2048 10240 47 20 20 - 202752 n_routed_experts=64 num_experts_per_tok=4 moe_intermediate_size=1536 n_shared_experts=1 q_lora_rank=768 kv_lora_rank=512 qk_nope_head_dim=192 qk_rope_head_dim=64 v_head_dim=256 first_k_dense_replace=1",
  "glm_moe_dsa 154880 6144 12288 78 64 64 64 202752 n_routed_experts=256 num_experts_per_tok=8 moe_intermediate_size=2048 n_shared_experts=1 first_k_dense_replace=3 q_lora_rank=2048 kv_lora_rank=512 qk_nope_head_dim=192 qk_rope_head_dim=64 v_head_dim=256 index_n_heads=32 index_head_dim=128",
  "minimax 32000 4096 14336 32 32 8 - 131072 num_local_experts=8 num_experts_per_tok=2",
  "minimax_m2 200064 3072 1536 62 48 8 128 196608 num_local_experts=256 num_experts_per_tok=8",
  "minimax_m3_vl_text 200064 6144 3072 60 64 4 128 524288 num_local_experts=128 num_experts_per_tok=4 index_n_heads=4 index_head_dim=128",
  "mimo_v2_flash 152576 4096 16384 48 64 4 192 131072 n_routed_experts=256 num_experts_per_tok=8 moe_intermediate_size=2048 v_head_dim=128",
  "step3p5 128815 4096 11264 45 64 8 128 128000 num_local_experts=128 n_routed_experts=288 num_experts_per_tok=8 moe_intermediate_size=1280",
  "gpt_oss 201088 2880 2880 36 64 8 64 131072 num_local_experts=128 num_experts_per_tok=4 attention_bias=true",
  "nemotron 256000 6144 24576 32 48 - - 4096",
  "nemotron_h 131072 4096 21504 - 32 8 128 4096 n_routed_experts=8 num_experts_per_tok=2 moe_intermediate_size=7688 n_shared_experts=1",
  "falcon 65024 4544 - 32 71 - - 2048",
  "falcon_h1 128000 4096 14336 32 32 8 - 8192",
  "granite 32000 4096 11008 32 32 - - 2048",
  "granitemoe 32000 4096 11008 32 32 - - 2048 num_local_experts=8 num_experts_per_tok=2",
  "granitemoeshared 32000 4096 11008 32 32 - - 2048 num_local_experts=8 num_experts_per_tok=2",
  "granitemoehybrid 32000 4096 11008 32 32 - - 2048 num_local_experts=8 num_experts_per_tok=2",
  "olmo 50304 4096 11008 32 32 - - 2048",
  "olmo2 50304 4096 11008 32 32 - - 2048",
  "olmo3 50304 4096 11008 32 32 - - 2048",
  "olmoe 50304 2048 2048 16 16 - - 4096 num_experts=64 num_experts_per_tok=8",
  "cohere 256000 8192 22528 40 64 - - 8192",
  "cohere2 256000 8192 22528 40 64 - - 8192",
  "starcoder2 49152 3072 12288 30 24 2 - 4096",
  "stablelm 50304 2560 6912 32 32 32 - 4096",
  "exaone4 102400 4096 16384 32 32 32 - 2048",
  "exaone_moe 102400 4096 16384 32 32 32 - 2048 num_experts=64 num_experts_per_tok=8 moe_intermediate_size=1024 sliding_window=4096",
  "ernie4_5 103424 1024 3072 18 16 2 128 131072",
  "ernie4_5_moe 103424 2560 12288 28 20 4 - 131072 moe_intermediate_size=1536",
  "smollm3 128256 2048 11008 36 16 4 - 32768",
  "seed_oss 155136 4096 27648 64 80 8 128 524288 attention_bias=true",
  "dots1 152064 4608 10944 62 32 32 - 2048 moe_intermediate_size=1408 first_k_dense_replace=0",
  "solar_open 196608 4096 - 48 64 8 128 131072 n_routed_experts=128 num_experts_per_tok=8 moe_intermediate_size=1280 n_shared_experts=1",
  "jamba 65536 4096 14336 32 32 8 - 262144 num_experts=16 num_experts_per_tok=2",
  "bamba 128000 4096 14336 32 32 8 - 262144",
  "lfm2 65536 2560 12288 32 32 8 - 128000",
  "lfm2_moe 65536 2048 7168 32 32 8 - 128000 num_experts=32 num_experts_per_tok=4 moe_intermediate_size=1792",
  "arcee 32000 2560 18432 32 32 - - 4096",
  "gpt_neox 50432 6144 24576 44 64 - - 2048 attention_bias=true",
  "opt 50272 768 - 12 12 - - 2048",
];

const COLUMNS = [
  "vocab_size",
  "hidden_size",
  "intermediate_size",
  "num_hidden_layers",
  "num_attention_heads",
  "num_key_value_heads",
  "head_dim",
  "max_position_embeddings",
];

/** Columns that a config of its own may leave out as well. */
const ALWAYS: ReadonlySet<string> = new Set(["num_key_value_heads", "head_dim"]);

type Defaults = Readonly<Record<string, number | boolean>>;

const BY_TYPE: ReadonlyMap<string, Defaults> = new Map(ROWS.map(parseRow));

function parseRow(row: string): readonly [type: string, defaults: Defaults] {
  const [type = "", ...cells] = row.split(" ");
  const entries = cells.map((cell, index) =>
    index < COLUMNS.length ? [COLUMNS[index] ?? "", cell] : cell.split("="),
  );
  return [
    type,
    Object.fromEntries(
      entries
        .filter(([, value]) => value !== "-")
        .map(([key = "", value]) => [key, value === "true" || Number(value)]),
    ),
  ];
}

/** The defaults of this `model_type`: all of them for a part of another config, else those that may be missing. */
export function defaultsOf(modelType: string, isPart: boolean): Defaults {
  const all = BY_TYPE.get(modelType) ?? {};
  return isPart
    ? all
    : Object.fromEntries(
        Object.entries(all).filter(([key]) => !COLUMNS.includes(key) || ALWAYS.has(key)),
      );
}
