import { describe, expect, test } from "vitest";
import { InputError } from "../report/errors.ts";
import { importHfConfig } from "./hf-config.ts";
import { readSafetensorsIndex } from "./safetensors-index.ts";

const CONFIG = {
  model_type: "llama",
  hidden_size: 8,
  num_hidden_layers: 2,
  num_attention_heads: 2,
  intermediate_size: 16,
  vocab_size: 10,
  max_position_embeddings: 64,
  torch_dtype: "bfloat16",
};
// 2 · 10 · 8 embeddings, 2 · (4 · 8 · 8 + 3 · 8 · 16 + 2 · 8) layers, 8 final norm
const PARAMETERS = 160 + 2 * (256 + 384 + 16) + 8;

function index(total_size: unknown, layers = 2): object {
  const names = Array.from({ length: layers }, (_, i) => `model.layers.${i}.mlp.up_proj.weight`);
  return {
    metadata: { total_size },
    weight_map: Object.fromEntries(names.map((name) => [name, "model-00001-of-00001.safetensors"])),
  };
}

function notes(safetensorsIndex: unknown): readonly string[] {
  return importHfConfig({ id: "t", file: "config.json", config: CONFIG, safetensorsIndex }).notes;
}

test("the stated bytes and the layers in the names are read", () => {
  expect(readSafetensorsIndex("i.json", index(123))).toEqual({ totalBytes: 123, layers: 2 });
  expect(readSafetensorsIndex("i.json", { weight_map: { a: "b" } })).toEqual({
    totalBytes: undefined,
    layers: 0,
  });
});

test("an index that agrees says nothing, and its bytes stay with the model", () => {
  const model = importHfConfig({
    id: "t",
    file: "config.json",
    config: CONFIG,
    safetensorsIndex: index(2 * PARAMETERS),
  });
  expect(model.notes).toEqual([]);
  expect(model.stored.totalBytes).toBe(2 * PARAMETERS);
});

test("where file and arithmetic disagree, a note says so", () => {
  expect(notes(index(4 * PARAMETERS)).join()).toContain("the config's arithmetic gives");
  expect(notes(index(2 * PARAMETERS, 1)).join()).toContain(
    "config.json has 2 layers, the safetensors index names tensors of 1",
  );
});

describe("an index that can't be used", () => {
  test.each([
    [{}, "weight_map: expected tensor names with their files, but it is missing"],
    [{ weight_map: {} }, "weight_map: expected 1 to"],
    [{ weight_map: { a: 7 } }, "weight_map: expected file names, got 7"],
    [index("big"), 'metadata.total_size: expected a positive integer, got "big"'],
    [index(1e300), "metadata.total_size: expected at most"],
    [[], "expected an object"],
  ])("%#: says where and what", (value, problem) => {
    expect(() => readSafetensorsIndex("i.json", value)).toThrow(InputError);
    expect(() => readSafetensorsIndex("i.json", value)).toThrow(problem);
  });
});
