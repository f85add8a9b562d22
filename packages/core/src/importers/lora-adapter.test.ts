import { describe, expect, test } from "vitest";
import type { ModelSpec } from "../model/model.ts";
import { countPart } from "../model/params.ts";
import { InputError } from "../report/errors.ts";
import { importHfConfig } from "./hf-config.ts";
import { readLoraAdapter } from "./lora-adapter.ts";

function llama(hidden: number, layers: number, heads: number, kvHeads: number): ModelSpec {
  return importHfConfig({
    id: "test",
    file: "config.json",
    config: {
      model_type: "llama",
      hidden_size: hidden,
      num_hidden_layers: layers,
      num_attention_heads: heads,
      num_key_value_heads: kvHeads,
      intermediate_size: hidden === 4096 && kvHeads === 8 ? 14_336 : 11_008,
      vocab_size: 128_256,
      max_position_embeddings: 8192,
      torch_dtype: "bfloat16",
    },
  });
}

const LLAMA_7B = llama(4096, 32, 32, 32);
const LLAMA_8B = llama(4096, 32, 32, 8);

function adapterOf(model: ModelSpec, config: object): number {
  const part = readLoraAdapter("adapter_config.json", { peft_type: "LORA", ...config }, model);
  return countPart({ ...model, parts: [part] }, "adapter");
}

describe("a LoRA adapter", () => {
  test.each([
    // the one of the paper: 32 · 2 · 8 · (4096 + 4096)
    {
      model: LLAMA_7B,
      config: { r: 8, target_modules: ["q_proj", "v_proj"] },
      expected: 4_194_304,
    },
    // 32 · 16 · (2 · 8192 of q, o + 2 · 5120 of k, v + 3 · 18432): what PEFT prints for Llama 3 8B
    { model: LLAMA_8B, config: { r: 16, target_modules: "all-linear" }, expected: 41_943_040 },
    // as one module: q, k and v
    {
      model: LLAMA_8B,
      config: { r: 16, target_modules: ["qkv_proj"], layers_to_transform: [0, 1] },
      expected: 2 * 16 * (8192 + 2 * 5120),
    },
  ])("$config adds $expected", ({ model, config, expected }) => {
    expect(adapterOf(model, config)).toBe(expected);
  });

  test.each([
    [{ r: 16, target_modules: ["c_attn"] }, "target_modules: expected modules that the model has"],
    [{ r: 0, target_modules: ["q_proj"] }, "r: expected a positive integer, got 0"],
    [{ peft_type: "IA3", r: 1 }, "peft_type: expected LORA"],
  ])("%o is refused", (config, problem) => {
    expect(() => adapterOf(LLAMA_8B, config)).toThrow(InputError);
    expect(() => adapterOf(LLAMA_8B, config)).toThrow(problem);
  });
});
