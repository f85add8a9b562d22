import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { importHfConfig } from "../importers/hf-config.ts";
import type { ModelSpec } from "../model/model.ts";
import { sequenceState, stateBytesPerSequence } from "./recurrent-state.ts";

function read(config: object): ModelSpec {
  return importHfConfig({
    id: "test",
    file: "config.json",
    config: {
      hidden_size: 1024,
      vocab_size: 1000,
      intermediate_size: 2048,
      max_position_embeddings: 4096,
      torch_dtype: "bfloat16",
      ...config,
    },
  });
}

// Qwen3.5-27B: 48 of 64 layers with 16 key heads and 48 value heads of 128, state in FP32
const QWEN = read({
  model_type: "qwen3_5_text",
  num_hidden_layers: 64,
  num_attention_heads: 24,
  num_key_value_heads: 4,
  linear_num_value_heads: 48,
  mamba_ssm_dtype: "float32",
});

const ONE = { parallelism: { tp: 1, pp: 1, ep: 1 }, stage: 0 };

describe("Qwen 3.5", () => {
  test("holds 48 · 128 · 128 · 4 B a layer of state, and three inputs of 10240 channels", () => {
    expect(sequenceState(QWEN, ONE)).toEqual({
      layers: 48,
      convolutionBytes: 48 * 3 * (2 * 16 * 128 + 48 * 128) * 2,
      stateBytes: 48 * 48 * 128 * 128 * 4,
    });
  });

  test("agrees with SGLang's pools: 360 slots and one, 0.99 and 50.77 GiB (boot log sgl-009)", () => {
    const { convolutionBytes, stateBytes } = sequenceState(QWEN, ONE);
    expect((361 * convolutionBytes) / 2 ** 30).toBeCloseTo(0.99, 2);
    expect((361 * stateBytes) / 2 ** 30).toBeCloseTo(50.77, 2);
  });

  test("agrees with vLLM's page: 1568 tokens of FP8 KV are 0.13 % more (boot log vllm-044)", () => {
    const page = stateBytesPerSequence(QWEN, ONE) / 48;
    expect((1568 * 2 * 4 * 256) / page - 1).toBeCloseTo(0.0013, 4);
  });

  test("is divided by heads, and the engine may keep it in 16 bits", () => {
    const half = { ...ONE, parallelism: { tp: 2, pp: 1, ep: 1 } };
    expect(stateBytesPerSequence(QWEN, half)).toBe(stateBytesPerSequence(QWEN, ONE) / 2);
    expect(sequenceState(QWEN, ONE, { stateBytes: 2 }).stateBytes).toBe(
      sequenceState(QWEN, ONE).stateBytes / 2,
    );
  });
});

test("Nemotron 3 Nano: 64 heads of 64 and 8 groups of 128; more ranks than groups copy them", () => {
  const model = read({
    model_type: "nemotron_h",
    hybrid_override_pattern: "MEM*",
    num_attention_heads: 32,
    num_key_value_heads: 2,
    mamba_num_heads: 64,
    mamba_head_dim: 64,
  });
  // two layers, state in FP32 by default
  expect(sequenceState(model, ONE)).toEqual({
    layers: 2,
    convolutionBytes: 2 * 3 * (4096 + 2 * 8 * 128) * 2,
    stateBytes: 2 * 64 * 64 * 128 * 4,
  });
  const wide = { ...ONE, parallelism: { tp: 16, pp: 1, ep: 1 } };
  expect(sequenceState(model, wide).convolutionBytes).toBe(2 * 3 * (256 + 2 * 128) * 2);
});

test("LFM2-700M: ten convolutions keep two inputs of 1536: 61440 B (boot log sgl-017)", () => {
  const model = read({
    model_type: "lfm2",
    hidden_size: 1536,
    num_hidden_layers: 16,
    num_attention_heads: 24,
    full_attn_idxs: [2, 5, 8, 10, 12, 14],
  });
  expect(stateBytesPerSequence(model, ONE)).toBe(61_440);
  expect((85_293 * 61_440) / 2 ** 30).toBeCloseTo(4.88, 2);
});

test("attention beside a mixer has both (Falcon-H1)", () => {
  const model = read({
    model_type: "falcon_h1",
    num_hidden_layers: 3,
    num_attention_heads: 8,
    mamba_d_ssm: 1024,
    mamba_n_heads: 16,
  });
  expect(sequenceState(model, ONE)).toMatchObject({ layers: 3, stateBytes: 3 * 1024 * 256 * 2 });
});

test("a model without recurrent layers has none", () => {
  const model = read({ model_type: "llama", num_hidden_layers: 2, num_attention_heads: 8 });
  expect(sequenceState(model, ONE)).toEqual({ layers: 0, convolutionBytes: 0, stateBytes: 0 });
});

test("more ranks never hold less state together, and stages share it", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 64 }), fc.integer({ min: 1, max: 8 }), (tp, pp) => {
      const stages = Array.from({ length: pp }, (_, stage) =>
        stateBytesPerSequence(QWEN, { parallelism: { tp, pp, ep: 1 }, stage }),
      );
      const whole = stateBytesPerSequence(QWEN, ONE);
      expect(tp * stages.reduce((sum, bytes) => sum + bytes, 0)).toBeGreaterThanOrEqual(whole);
    }),
  );
});
