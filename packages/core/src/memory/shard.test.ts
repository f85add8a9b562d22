import { describe, expect, test } from "vitest";
import { importHfConfig } from "../importers/hf-config.ts";
import { layerTensors } from "../model/layer-tensors.ts";
import type { Layer } from "../model/model.ts";
import { shardOf } from "./shard.ts";

/** The layers of a model of width 1024. */
function layersOf(config: object): readonly Layer[] {
  const model = importHfConfig({
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
  return model.layers.map(({ layer }) => layer);
}

/** Elements of all tensors with this name that one of `tp` ranks holds. */
function held(layer: Layer | undefined, name: string, tp: number): number {
  return (layer === undefined ? [] : layerTensors(layer, 1024))
    .filter((tensor) => tensor.name === name)
    .map((tensor) => shardOf(tensor, { tp, pp: 1, ep: 1 }))
    .reduce((sum, shard) => sum + shard.out * shard.in * shard.copies, 0);
}

describe("Mamba-2 of 64 heads of 64 with 8 groups of 128", () => {
  const [mamba] = layersOf({
    model_type: "nemotron_h",
    hybrid_override_pattern: "M",
    num_attention_heads: 8,
    mamba_num_heads: 64,
    mamba_head_dim: 64,
  });

  test.each([
    // z and x of 4096, B and C of 8 · 128, dt of 64
    { tp: 1, rows: 2 * 4096 + 2 * 1024 + 64 },
    { tp: 4, rows: (2 * 4096 + 2 * 1024 + 64) / 4 },
    // 16 ranks and 8 groups: each rank has one whole group
    { tp: 16, rows: 2 * 256 + 2 * 128 + 4 },
  ])("in_proj over $tp ranks has $rows rows each", ({ tp, rows }) => {
    expect(held(mamba, "mixer.in_proj", tp)).toBe(rows * 1024);
  });

  test("the convolution follows the heads and groups, the output the heads", () => {
    expect(held(mamba, "mixer.conv1d", 2)).toBe((4096 / 2 + 2 * 512) * 4);
    expect(held(mamba, "mixer.out_proj", 2)).toBe(1024 * 2048);
  });
});

test("a gated delta-net is cut by its heads: 16 for keys, 32 for values", () => {
  const [delta] = layersOf({
    model_type: "qwen3_5_text",
    num_hidden_layers: 4,
    num_attention_heads: 8,
    num_key_value_heads: 2,
  });
  expect(held(delta, "linear_attn.in_proj_qkv", 2)).toBe((2 * 1024 + 2048) * 1024);
  expect(held(delta, "linear_attn.in_proj_b", 2)).toBe(16 * 1024);
});

test("down-projections of latent attention and the indexer are copied, heads are cut", () => {
  const [layer] = layersOf({
    model_type: "deepseek_v32",
    num_hidden_layers: 4,
    num_attention_heads: 16,
    q_lora_rank: 256,
    kv_lora_rank: 512,
    n_routed_experts: 8,
    num_experts_per_tok: 2,
    moe_intermediate_size: 64,
  });
  expect(held(layer, "self_attn.kv_a_proj_with_mqa", 4)).toBe((512 + 64) * 1024);
  expect(held(layer, "self_attn.indexer.wk", 4)).toBe(128 * 1024);
  expect(held(layer, "self_attn.q_b_proj", 4)).toBe(4 * 192 * 256);
});

test("sinks and gates of heads go with the heads", () => {
  const [layer] = layersOf({
    model_type: "gpt_oss",
    num_hidden_layers: 2,
    num_attention_heads: 16,
    num_local_experts: 4,
  });
  expect(held(layer, "self_attn.sinks", 4)).toBe(4);
  expect(held(layer, "mlp.gate", 4)).toBe(4 * 1024);
});
