import { describe, expect, test } from "vitest";
import { stageWeights } from "../memory/weights.ts";
import type { ModelSpec } from "../model/model.ts";
import { countParameters } from "../model/params.ts";
import { importHfConfig } from "./hf-config.ts";
import type { StoredTensor } from "./stored-tensor.ts";
import { placeOfTensor } from "./tensor-role.ts";
import { withMeasuredWeights } from "./tensors.ts";

test.each([
  ["model.embed_tokens.weight", undefined, "embedding", "weight"],
  ["lm_head.weight", undefined, "head", "weight"],
  ["model.norm.weight", undefined, "norm", "weight"],
  ["model.layers.3.input_layernorm.weight", 3, "norm", "weight"],
  ["model.layers.11.self_attn.q_proj.weight", 11, "attention", "weight"],
  ["model.layers.11.self_attn.q_norm.weight", 11, "attention", "weight"],
  ["model.language_model.layers.2.linear_attn.in_proj_qkv.weight", 2, "attention", "weight"],
  ["model.layers.0.mlp.down_proj.qweight", 0, "mlp", "weight"],
  ["model.layers.0.mlp.down_proj.qzeros", 0, "mlp", "zero"],
  ["model.layers.0.mlp.down_proj.weight_scale_inv", 0, "mlp", "scale"],
  ["model.layers.0.mlp.down_proj.g_idx", 0, "mlp", "scale"],
  ["model.layers.7.mlp.gate_proj.weight", 7, "mlp", "weight"],
  ["model.layers.7.mlp.gate.weight", 7, "router", "weight"],
  ["model.layers.7.mlp.gate.e_score_correction_bias", 7, "router", "weight"],
  ["model.layers.7.block_sparse_moe.gate.weight", 7, "router", "weight"],
  ["model.layers.7.block_sparse_moe.experts.5.w1.weight", 7, "expert", "weight"],
  ["model.layers.7.mlp.experts.gate_up_proj_blocks", 7, "expert", "weight"],
  ["model.layers.7.mlp.experts.gate_up_proj_scales", 7, "expert", "scale"],
  ["model.layers.7.mlp.shared_experts.up_proj.weight", 7, "mlp", "weight"],
  ["model.layers.7.mlp.shared_expert_gate.weight", 7, "mlp", "weight"],
  ["model.visual.blocks.0.attn.qkv.weight", undefined, "vision", "weight"],
  ["vision_tower.encoder.layers.0.mlp.fc1.weight", undefined, "vision", "weight"],
  ["mtp.layers.0.mlp.up_proj.weight", undefined, "other", "weight"],
  ["blk.4.attn_norm.weight", 4, "norm", "weight"],
  ["blk.4.attn_q_norm.weight", 4, "attention", "weight"],
  ["blk.4.attn_kv_a_mqa.weight", 4, "attention", "weight"],
  ["blk.4.ffn_norm.weight", 4, "norm", "weight"],
  ["blk.4.post_ffw_norm.weight", 4, "norm", "weight"],
  ["blk.4.ffn_gate.weight", 4, "mlp", "weight"],
  ["blk.4.ffn_gate_inp.weight", 4, "router", "weight"],
  ["blk.4.ffn_gate_exps.weight", 4, "expert", "weight"],
  ["blk.4.ffn_gate_shexp.weight", 4, "mlp", "weight"],
  ["blk.4.exp_probs_b.bias", 4, "router", "weight"],
  ["token_embd.weight", undefined, "embedding", "weight"],
  ["output.weight", undefined, "head", "weight"],
  ["output_norm.weight", undefined, "norm", "weight"],
])("%s", (name, layer, role, kind) => {
  expect(placeOfTensor(name)).toEqual({ layer, role, kind });
});

test.each(["model.layers.0.self_attn.rotary_emb.inv_freq", "rope_freqs.weight"])(
  "%s is computed, not loaded",
  (name) => {
    expect(placeOfTensor(name)).toBeUndefined();
  },
);

const CONFIG = {
  model_type: "llama",
  hidden_size: 64,
  num_hidden_layers: 2,
  num_attention_heads: 4,
  num_key_value_heads: 2,
  intermediate_size: 128,
  vocab_size: 96,
  max_position_embeddings: 4096,
  torch_dtype: "bfloat16",
};

const MODEL = importHfConfig({ id: "t", file: "config.json", config: CONFIG });

function tensor(name: string, dtype: string, shape: readonly number[]): StoredTensor {
  const size = { BF16: 2, F32: 4, I32: 4, F16: 2 }[dtype] ?? 1;
  return { name, dtype, shape, bytes: shape.reduce((product, n) => product * n, size) };
}

/** The files of the model above; its linear layers as `linear` writes them. */
function files(
  linear: (name: string, out: number, columns: number) => readonly StoredTensor[],
): readonly StoredTensor[] {
  const layers = [0, 1].flatMap((layer) => {
    const at = (name: string): string => `model.layers.${layer}.${name}`;
    return [
      ...linear(at("self_attn.q_proj"), 64, 64),
      ...linear(at("self_attn.k_proj"), 32, 64),
      ...linear(at("self_attn.v_proj"), 32, 64),
      ...linear(at("self_attn.o_proj"), 64, 64),
      ...linear(at("mlp.gate_proj"), 128, 64),
      ...linear(at("mlp.up_proj"), 128, 64),
      ...linear(at("mlp.down_proj"), 64, 128),
      tensor(at("input_layernorm.weight"), "BF16", [64]),
      tensor(at("post_attention_layernorm.weight"), "BF16", [64]),
    ];
  });
  return [
    tensor("model.embed_tokens.weight", "BF16", [96, 64]),
    ...layers,
    tensor("model.norm.weight", "BF16", [64]),
    tensor("lm_head.weight", "BF16", [96, 64]),
  ];
}

const bf16 = (name: string, out: number, columns: number): readonly StoredTensor[] => [
  tensor(`${name}.weight`, "BF16", [out, columns]),
];

function measured(tensors: readonly StoredTensor[], model: ModelSpec = MODEL): ModelSpec {
  return withMeasuredWeights(model, { tensors, source: "safetensors headers" });
}

function rank(
  model: ModelSpec,
  tp = 1,
  zeroPointBits = 16,
): { plain: number; quantized: number; scales: number } {
  const parallelism = { tp, pp: 1, ep: 1 };
  const rules = { cutsEmbedding: true, zeroPointBits };
  return stageWeights(
    { model, weights: model.stored, parallelism, rules } as Parameters<typeof stageWeights>[0],
    0,
  );
}

const total = ({ plain, quantized, scales }: ReturnType<typeof rank>): number =>
  plain + quantized + scales;

describe("files that agree with their config", () => {
  test("change no number and say nothing", () => {
    const model = measured(files(bf16));
    expect(model.notes).toEqual([]);
    expect(total(rank(model))).toBeCloseTo(2 * countParameters(MODEL).total, 6);
    expect(total(rank(model, 2))).toBeCloseTo(total(rank(MODEL, 2)), 6);
  });

  test("32-bit weights are loaded in 16 bits, their scales as they are", () => {
    const wide = files(bf16).map((one) => ({ ...one, dtype: "F32", bytes: 2 * one.bytes }));
    expect(total(rank(measured(wide)))).toBeCloseTo(2 * countParameters(MODEL).total, 6);
  });
});

test("files that hold more than the config says go before it, and both numbers are said", () => {
  const fat = files((name, out, columns) =>
    bf16(name, out, name.includes("up_proj") ? 2 * columns : columns),
  );
  const model = measured(fat);
  expect(total(rank(model)) - total(rank(MODEL))).toBeCloseTo(2 * 2 * 128 * 64, 6);
  expect(model.notes).toHaveLength(1);
  expect(model.notes[0]).toMatch(
    /safetensors headers give .* GiB, the config's arithmetic .* GiB: the files are taken/,
  );
});

test("draft layers and towers are not counted, and a note says how much they are", () => {
  const model = measured([
    ...files(bf16),
    tensor("model.layers.2.mlp.up_proj.weight", "BF16", [128, 64]),
    tensor("model.visual.blocks.0.mlp.fc1.weight", "BF16", [128, 64]),
  ]);
  expect(total(rank(model))).toBeCloseTo(total(rank(MODEL)), 6);
  expect(model.notes.join()).toContain("are no part of the model that is planned");
});

test("layers that the files do not name are counted by arithmetic", () => {
  const model = measured(files(bf16).filter(({ name }) => !name.includes("layers.1")));
  expect(total(rank(model))).toBeCloseTo(total(rank(MODEL)), 6);
  expect(model.notes.join()).toContain("name no tensors of 1 of 2 layers");
});

test("AutoAWQ packs zero points in four bits; TensorRT-LLM unpacks them to FP16, vLLM and SGLang do not", () => {
  const awq = importHfConfig({
    id: "t",
    file: "config.json",
    config: {
      ...CONFIG,
      quantization_config: { quant_method: "awq", bits: 4, group_size: 32 },
    },
  });
  const model = measured(
    files((name, out, columns) => [
      tensor(`${name}.qweight`, "I32", [columns, out / 8]),
      tensor(`${name}.qzeros`, "I32", [columns / 32, out / 8]),
      tensor(`${name}.scales`, "F16", [columns / 32, out]),
    ]),
    awq,
  );
  const linear = 2 * (2 * 64 * 64 + 2 * 32 * 64 + 3 * 128 * 64);
  expect(model.notes).toEqual([]); // the arithmetic knows the packing
  expect(rank(model).quantized).toBeCloseTo(linear / 2, 6);
  // a scale and a zero point for 32 elements: files 2 + 0.5 bytes, memory 2 + 2, or as in the files
  expect(rank(model).scales).toBeCloseTo((linear / 32) * (2 + 2), 6);
  expect(rank(model, 1, 4).scales).toBeCloseTo((linear / 32) * (2 + 0.5), 6);
  expect(rank(model, 2, 4).scales).toBeCloseTo((linear / 2 / 32) * (2 + 0.5), 6);
  const plain = 2 * (2 * 96 * 64 + 5 * 64);
  expect(model.stored.measured?.fileBytes).toBe(plain + linear / 2 + (linear / 32) * 2.5);
});
