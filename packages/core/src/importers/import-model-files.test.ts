import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { InputError } from "../report/errors.ts";
import { importModelFiles } from "./import-model-files.ts";
import { parseJson } from "./parse-json.ts";

const CONFIG =
  '{"model_type":"llama","hidden_size":8,"num_hidden_layers":2,"num_attention_heads":2,' +
  '"intermediate_size":16,"vocab_size":10,"max_position_embeddings":64}';

test("texts become a model, with quantisation and index beside the config", () => {
  const model = importModelFiles({
    path: "models/tiny",
    files: {
      "config.json": CONFIG,
      "hf_quant_config.json": '{"quantization":{"quant_algo":"FP8"}}',
      "model.safetensors.index.json":
        '{"metadata":{"total_size":4096},"weight_map":{"a":"b.safetensors"}}',
    },
  });
  expect(model).toMatchObject({
    id: "models/tiny",
    stored: { quantization: "fp8", totalBytes: 4096 },
  });
});

describe("a file that is no JSON", () => {
  test.each([
    ["", "config.json: expected JSON, but the file is empty"],
    ["{", "config.json: expected JSON: "],
    ["<html>", "config.json: expected JSON: "],
  ])("%j", (text, problem) => {
    expect(() => importModelFiles({ path: "x", files: { "config.json": text } })).toThrow(problem);
  });

  test("is named as the caller names it", () => {
    const files = { "config.json": "{" };
    expect(() => importModelFiles({ path: "x", files, configFile: "a/b.json" })).toThrow(
      "a/b.json: expected JSON",
    );
  });
});

test("numbers that only Python writes are null, and texts that look like them stay", () => {
  expect(parseJson("f", '{"a": [0.0, Infinity, -Infinity, NaN], "b": "NaN \\" Infinity"}')).toEqual(
    {
      a: [0, null, null, null],
      b: 'NaN " Infinity',
    },
  );
});

test("any text gives a value or an InputError", () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      try {
        parseJson("f", text);
      } catch (error) {
        expect(error).toBeInstanceOf(InputError);
      }
    }),
  );
});
