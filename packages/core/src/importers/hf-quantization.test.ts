import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { StoredWeights } from "../model/quantization.ts";
import { InputError } from "../report/errors.ts";
import { fieldsOf } from "./fields.ts";
import { readStoredWeights } from "./hf-quantization.ts";

function stored(config: object, hfQuant?: unknown): StoredWeights {
  const fields = fieldsOf("config.json", config);
  return readStoredWeights({ config: fields, text: fields, hfQuant, totalBytes: undefined }).stored;
}

function group(weights: object, rest: object = {}): object {
  return {
    quant_method: "compressed-tensors",
    config_groups: { group_0: { targets: ["Linear"], weights, ...rest } },
    ignore: ["lm_head"],
  };
}

describe("16 bits", () => {
  test.each([
    [{ torch_dtype: "bfloat16" }, "bf16"],
    [{ dtype: "float16" }, "fp16"],
    [{ torch_dtype: "float32" }, "bf16"],
    [{}, "bf16"],
  ])("%o is %s", (config, quantization) => {
    expect(stored(config)).toEqual({ quantization, excluded: [] });
  });

  test("what is assumed is said", () => {
    const fields = fieldsOf("config.json", {});
    const { notes } = readStoredWeights({
      config: fields,
      text: fields,
      hfQuant: undefined,
      totalBytes: undefined,
    });
    expect(notes.join()).toContain("bf16 is assumed");
  });
});

describe("quantization_config", () => {
  test.each([
    [
      "AWQ (Qwen3-32B-AWQ)",
      { quant_method: "awq", bits: 4, group_size: 128, modules_to_not_convert: null },
      { quantization: "int4-awq", groupSize: 128, hasZeroPoints: true, excluded: ["lm_head"] },
    ],
    [
      "GPTQ",
      { quant_method: "gptq", bits: 4, group_size: 64, desc_act: true, lm_head: false },
      { quantization: "int4-gptq", groupSize: 64, excluded: ["lm_head"] },
    ],
    [
      "GPTQ in 8 bits by whole rows",
      { quant_method: "gptq", bits: 8, group_size: -1 },
      { quantization: "int8-wo", excluded: ["lm_head"] },
    ],
    [
      "GPTQ that quantises the head",
      { quant_method: "gptq", bits: 4, group_size: 128, lm_head: true },
      { quantization: "int4-gptq", groupSize: 128, excluded: [] },
    ],
    [
      "FP8 blocks (DeepSeek-V3, Qwen3-32B-FP8)",
      { quant_method: "fp8", fmt: "e4m3", weight_block_size: [128, 128] },
      { quantization: "fp8-block", groupSize: 128, excluded: ["lm_head"] },
    ],
    [
      "FP8 by tensor",
      { quant_method: "fp8", activation_scheme: "static", ignored_layers: ["a.b", "lm_head"] },
      { quantization: "fp8", excluded: ["a.b", "lm_head"] },
    ],
    [
      "MXFP4 (gpt-oss)",
      { quant_method: "mxfp4", modules_to_not_convert: ["model.layers.*.self_attn", "lm_head"] },
      { quantization: "mxfp4", excluded: ["model.layers.*.self_attn", "lm_head"] },
    ],
    [
      "compressed FP8",
      group({ num_bits: 8, type: "float", strategy: "channel" }, { input_activations: {} }),
      { quantization: "fp8", excluded: ["lm_head"] },
    ],
    [
      "compressed FP8 blocks",
      group({ num_bits: 8, type: "float", strategy: "block" }),
      { quantization: "fp8-block", excluded: ["lm_head"] },
    ],
    [
      "compressed W8A8",
      group({ num_bits: 8, type: "int", strategy: "channel" }, { input_activations: {} }),
      { quantization: "int8-sq", excluded: ["lm_head"] },
    ],
    [
      "compressed W4A16",
      group({ num_bits: 4, type: "int", group_size: 128, symmetric: true }),
      { quantization: "int4-awq", groupSize: 128, excluded: ["lm_head"] },
    ],
    [
      "compressed NVFP4",
      group({ num_bits: 4, type: "float", group_size: 16 }, { input_activations: {} }),
      { quantization: "nvfp4", groupSize: 16, excluded: ["lm_head"] },
    ],
    [
      "ModelOpt in config.json",
      { quant_method: "modelopt", quant_algo: "FP8", ignore: ["lm_head"] },
      { quantization: "fp8", excluded: ["lm_head"] },
    ],
  ])("%s", (_name, quantization_config, expected) => {
    expect(stored({ torch_dtype: "bfloat16", quantization_config })).toEqual(expected);
  });

  test("the KV cache's scheme is kept", () => {
    const quantization_config = {
      ...group({ num_bits: 8, type: "float" }),
      kv_cache_scheme: { num_bits: 8, type: "float" },
    };
    expect(stored({ quantization_config }).kvCacheDtype).toBe("fp8");
  });

  test.each([
    [{ quant_method: "bitsandbytes", load_in_4bit: true }, "bitsandbytes"],
    [{ quant_method: "awq", bits: 3 }, "bits: expected 4, got 3"],
    [{ bits: 4 }, "quant_method: expected a method's name, but it is missing"],
    [{ quant_method: "fp8", weight_block_size: 128 }, "weight_block_size"],
    [{ quant_method: "fp8", ignored_layers: ["re:(a+)+$(?=b)"] }, "ignored_layers"],
    [{ quant_method: "modelopt", quant_algo: "MIXED_PRECISION" }, "quant_algo"],
    [group({ num_bits: 2, type: "int" }), "num_bits"],
    [{ quant_method: "compressed-tensors", config_groups: {} }, "config_groups"],
    [
      {
        quant_method: "compressed-tensors",
        config_groups: {
          a: { weights: { num_bits: 8, type: "float" } },
          b: { weights: { num_bits: 4, type: "float" } },
        },
      },
      "expected one form for all weights, got fp8 and nvfp4",
    ],
    ["awq", "quantization_config: expected an object"],
  ])("%o is refused", (quantization_config, problem) => {
    expect(() => stored({ quantization_config })).toThrow(InputError);
    expect(() => stored({ quantization_config })).toThrow(problem);
  });
});

describe("hf_quant_config.json", () => {
  test.each([
    ["FP8", "fp8"],
    ["FP8_PB_WO", "fp8-block"],
    ["NVFP4", "nvfp4"],
    ["INT4_AWQ", "int4-awq"],
    ["W4A16_AWQ", "int4-awq"],
    ["W4A8_AWQ", "w4a8-awq"],
    ["INT8_SQ", "int8-sq"],
    ["W4A8_MXFP4_FP8", "mxfp4"],
  ])("%s is %s", (quant_algo, quantization) => {
    expect(stored({}, { quantization: { quant_algo } })).toEqual({
      quantization,
      excluded: ["lm_head"],
    });
  });

  test("goes before quantization_config, with its exclusions, groups and KV cache", () => {
    const hfQuant = {
      producer: { name: "modelopt" },
      quantization: {
        quant_algo: "NVFP4",
        kv_cache_quant_algo: "FP8",
        group_size: 16,
        exclude_modules: ["lm_head", "model.layers.61*"],
      },
    };
    const quantization_config = { quant_method: "awq", bits: 4 };
    expect(stored({ quantization_config }, hfQuant)).toEqual({
      quantization: "nvfp4",
      groupSize: 16,
      excluded: ["lm_head", "model.layers.61*"],
      kvCacheDtype: "fp8",
    });
  });

  test("a quantised KV cache alone leaves the weights in 16 bits", () => {
    expect(
      stored({ torch_dtype: "float16" }, { quantization: { kv_cache_quant_algo: "FP8" } }),
    ).toEqual({ quantization: "fp16", excluded: [], kvCacheDtype: "fp8" });
  });

  test("an algorithm without a name here is refused by name", () => {
    expect(() => stored({}, { quantization: { quant_algo: "MIXED_PRECISION" } })).toThrow(
      /hf_quant_config.json: quantization.quant_algo: expected one of FP8,.* got "MIXED_PRECISION"/,
    );
  });
});

test("any quantisation gives stored weights or an InputError", () => {
  const method = fc.constantFrom("awq", "gptq", "fp8", "mxfp4", "compressed-tensors", "modelopt");
  const keys = fc.constantFrom("bits", "group_size", "config_groups", "ignore", "quant_algo");
  fc.assert(
    fc.property(method, fc.dictionary(keys, fc.jsonValue()), (quant_method, rest) => {
      try {
        stored({ quantization_config: { quant_method, ...rest } });
      } catch (error) {
        expect(error).toBeInstanceOf(InputError);
      }
    }),
  );
});
