import { describe, expect, test } from "vitest";
import { importHfConfig } from "../importers/hf-config.ts";
import type { ModelSpec } from "../model/model.ts";
import { tokens } from "../units/units.ts";
import { crossKvBytesPerToken, kvBytesOfSequence, kvBytesPerToken, kvGroups } from "./kv-cache.ts";

const COMMON = {
  hidden_size: 1024,
  vocab_size: 1000,
  intermediate_size: 2048,
  max_position_embeddings: 131_072,
  torch_dtype: "bfloat16",
};

function read(config: object): ModelSpec {
  return importHfConfig({ id: "test", file: "config.json", config: { ...COMMON, ...config } });
}

function place(tp: number, pp = 1, stage = 0): Parameters<typeof kvBytesPerToken>[2] {
  return { parallelism: { tp, pp, ep: 1 }, stage };
}

const LLAMA_8B = {
  model_type: "llama",
  num_hidden_layers: 32,
  num_attention_heads: 32,
  num_key_value_heads: 8,
  head_dim: 128,
};

const DEEPSEEK = {
  model_type: "deepseek_v32",
  num_hidden_layers: 61,
  num_attention_heads: 128,
  q_lora_rank: 1536,
  kv_lora_rank: 512,
  qk_nope_head_dim: 128,
  qk_rope_head_dim: 64,
  v_head_dim: 128,
  n_routed_experts: 8,
  num_experts_per_tok: 2,
  moe_intermediate_size: 256,
  index_n_heads: 64,
  index_head_dim: 128,
};

const V4 = {
  model_type: "deepseek_v4",
  num_hidden_layers: 4,
  num_attention_heads: 64,
  num_key_value_heads: 1,
  head_dim: 512,
  q_lora_rank: 1024,
  compress_ratios: [0, 4, 128, 4],
  sliding_window: 128,
  n_routed_experts: 8,
  num_experts_per_tok: 2,
  moe_intermediate_size: 256,
};

describe("bytes of a token, BF16", () => {
  test.each([
    // 2 · 32 · 8 · 128 · 2
    { name: "GQA", config: LLAMA_8B, tp: 1, expected: 131_072 },
    { name: "GQA over 8 ranks: one head each", config: LLAMA_8B, tp: 8, expected: 16_384 },
    { name: "GQA over 16 ranks: heads are copied", config: LLAMA_8B, tp: 16, expected: 16_384 },
    // 61 · (512 + 64) · 2, not divided, and 61 · (128 + 4) of the indexer
    { name: "MLA with an indexer", config: DEEPSEEK, tp: 8, expected: 61 * 576 * 2 + 61 * 132 },
    {
      name: "MLA alone: 70272 B, as DeepSeek-V3 has it",
      config: { ...DEEPSEEK, model_type: "deepseek_v3" },
      tp: 8,
      expected: 70_272,
    },
    // a window of 512 · 2; 512 / 4 · 2 and 132 / 4 of the indexer, twice; 512 / 128 · 2
    {
      name: "DeepSeek V4",
      config: V4,
      tp: 4,
      expected: 1024 + 2 * (256 + 33) + 8,
    },
    // MiMo V2: full layers 4 · (192 + 128), sliding ones twice the heads
    {
      name: "values narrower than keys",
      config: {
        model_type: "mimo_v2_flash",
        num_hidden_layers: 2,
        num_attention_heads: 64,
        num_key_value_heads: 4,
        head_dim: 192,
        v_head_dim: 128,
        n_routed_experts: 8,
        num_experts_per_tok: 2,
      },
      tp: 1,
      expected: 2 * 4 * 320 + 2 * 8 * 320,
    },
    // Gemma 4: one full layer of 2 heads of 512, five sliding ones of 8 heads of 256; V is cached beside K
    {
      name: "heads by layer",
      config: {
        model_type: "gemma4_text",
        num_hidden_layers: 6,
        num_attention_heads: 16,
        num_key_value_heads: 8,
        num_global_key_value_heads: 2,
        attention_k_eq_v: true,
      },
      tp: 1,
      expected: 2 * 2 * 512 * 2 + 5 * 2 * 8 * 256 * 2,
    },
    // the last four of ten layers read what others cached
    {
      name: "shared KV layers",
      config: {
        model_type: "gemma3n_text",
        num_hidden_layers: 10,
        num_kv_shared_layers: 4,
        num_attention_heads: 8,
        num_key_value_heads: 2,
      },
      tp: 1,
      expected: 6 * 2 * 2 * 256 * 2,
    },
    // one layer of attention in four, as Qwen 3.5 has it
    {
      name: "delta-nets cache nothing",
      config: {
        model_type: "qwen3_5_text",
        num_hidden_layers: 8,
        num_attention_heads: 24,
        num_key_value_heads: 4,
      },
      tp: 2,
      expected: 2 * 2 * 2 * 256 * 2,
    },
    // "*" is attention: 2 heads of 128
    {
      name: "one mixer a layer",
      config: {
        model_type: "nemotron_h",
        hybrid_override_pattern: "ME*ME-",
        num_attention_heads: 32,
        num_key_value_heads: 2,
      },
      tp: 1,
      expected: 2 * 2 * 128 * 2,
    },
  ])("$name", ({ config, tp, expected }) => {
    expect(kvBytesPerToken(read(config), "bf16", place(tp))).toBe(expected);
  });

  test("an encoder keeps nothing", () => {
    const config = { model_type: "bert", num_hidden_layers: 12, num_attention_heads: 16 };
    expect(kvBytesPerToken(read(config), "bf16", place(1))).toBe(0);
  });

  test("stages share the layers: 61 over 2 are 31 and 30", () => {
    const model = read({ ...DEEPSEEK, model_type: "deepseek_v3" });
    expect(kvBytesPerToken(model, "bf16", place(1, 2, 0))).toBe(31 * 1152);
    expect(kvBytesPerToken(model, "bf16", place(1, 2, 1))).toBe(30 * 1152);
  });
});

// gpt-oss-20b: 24 layers of 8 heads of 64, every other one with a window of 128
const GPT_OSS = read({
  model_type: "gpt_oss",
  num_hidden_layers: 24,
  num_attention_heads: 64,
  num_local_experts: 32,
});

test("layers with a window stand apart", () => {
  expect(kvGroups(GPT_OSS, "bf16", place(1))).toEqual([
    { window: undefined, layers: 12, bytesPerToken: 12 * 2 * 8 * 64 * 2 },
    { window: 128, layers: 12, bytesPerToken: 12 * 2 * 8 * 64 * 2 },
  ]);
});

describe("bytes of a sequence", () => {
  test.each([
    { length: 100, expected: 100 * 24 * 2048 }, // shorter than the window
    { length: 1000, expected: 1000 * 12 * 2048 + 128 * 12 * 2048 },
  ])("$length tokens of gpt-oss", ({ length, expected }) => {
    const where = { ...place(1), length: tokens(length) };
    expect(kvBytesOfSequence(GPT_OSS, "bf16", where)).toBe(expected);
  });

  test("Llama 4 keeps a chunk in three layers of four", () => {
    const model = read({
      model_type: "llama4_text",
      num_hidden_layers: 4,
      num_attention_heads: 40,
      attention_chunk_size: 8192,
    });
    const perToken = 2 * 8 * 128 * 2;
    const where = { ...place(1), length: tokens(20_000) };
    expect(kvBytesOfSequence(model, "bf16", where)).toBe((20_000 + 3 * 8192) * perToken);
  });

  test("DeepSeek V4 keeps entries, and the last 128 tokens as they are", () => {
    const where = { ...place(1), length: tokens(12_800) };
    const entries = 2 * 12_800 * (256 + 33) + 12_800 * 8;
    expect(kvBytesOfSequence(read(V4), "bf16", where)).toBe(entries + 4 * 128 * 1024);
  });
});

describe("K and V of another sequence", () => {
  test("Llama 3.2 Vision: 8 of 40 layers, 2 · 8 · 128 · 2 B a token of the image", () => {
    const model = read({
      model_type: "mllama_text_model",
      num_hidden_layers: 40,
      num_attention_heads: 32,
      head_dim: 128,
    });
    expect(crossKvBytesPerToken(model, "bf16", place(1))).toBe(8 * 4096);
    expect(kvBytesPerToken(model, "bf16", place(1))).toBe(32 * 4096);
    expect(model.crossTokens).toBe(4 * 1601);
  });

  test("Whisper: every layer, 1500 frames", () => {
    const model = read({
      model_type: "whisper",
      d_model: 1280,
      decoder_layers: 32,
      decoder_attention_heads: 20,
      decoder_ffn_dim: 5120,
      encoder_layers: 32,
      encoder_attention_heads: 20,
      encoder_ffn_dim: 5120,
    });
    // 2 · 20 · 64 · 2
    expect(crossKvBytesPerToken(model, "bf16", place(4))).toBe((32 * 5120) / 4);
    expect(kvBytesPerToken(model, "bf16", place(4))).toBe((32 * 5120) / 4);
    expect(model.crossTokens).toBe(1500);
  });
});
