import { describe, expect, test } from "vitest";
import { countPart } from "../model/params.ts";
import { InputError } from "../report/errors.ts";
import { readDraftModel } from "./draft-model.ts";
import { importHfConfig } from "./hf-config.ts";

const NAME = { file: "config.json", source: "draft" };

const LLAMA_8B = importHfConfig({
  id: "test",
  file: "config.json",
  config: {
    model_type: "llama",
    hidden_size: 4096,
    num_hidden_layers: 32,
    num_attention_heads: 32,
    num_key_value_heads: 8,
    intermediate_size: 14_336,
    vocab_size: 128_256,
    max_position_embeddings: 8192,
    torch_dtype: "bfloat16",
  },
});

describe("a draft", () => {
  const shape = {
    hidden_size: 4096,
    num_hidden_layers: 1,
    num_attention_heads: 32,
    num_key_value_heads: 8,
    intermediate_size: 14_336,
    vocab_size: 128_256,
  };

  test.each([
    {
      // fc 3 · 4096 by 4096; q, k, v of 2 · 4096; o; the feed-forward; a head of 32000; four norms
      config: {
        ...shape,
        architectures: ["LlamaForCausalLMEagle3"],
        model_type: "llama",
        draft_vocab_size: 32_000,
      },
      expected:
        3 * 4096 * 4096 +
        8192 * (4096 + 2 * 1024) +
        4096 * 4096 +
        3 * 4096 * 14_336 +
        32_000 * 4096 +
        4 * 4096,
    },
    {
      // an embedding, fc 2 · 4096 by 4096 with a bias, one layer with one norm
      config: { ...shape, architectures: ["LlamaForCausalLMEagle"], model_type: "eagle" },
      expected:
        128_256 * 4096 +
        2 * 4096 * 4096 +
        4096 +
        2 * 4096 * 4096 +
        2 * 4096 * 1024 +
        3 * 4096 * 14_336 +
        4096,
    },
    {
      // three heads, each 4096 by 4096 with a bias, and 128256 by 4096
      config: { model_type: "medusa", medusa_num_heads: 3, hidden_size: 4096 },
      expected: 3 * (4096 * 4096 + 4096 + 128_256 * 4096),
    },
  ])("$config.model_type $config.architectures has $expected", ({ config, expected }) => {
    const part = readDraftModel(NAME, config, LLAMA_8B);
    expect(countPart({ ...LLAMA_8B, parts: [part] }, "draft")).toBe(expected);
  });

  test("what is no model at all is refused, and a draft is no model of its own", () => {
    const config = { ...shape, model_type: "llama", architectures: ["LlamaForCausalLM"] };
    const broken = { ...config, hidden_size: "wide" };
    expect(() => readDraftModel(NAME, broken, LLAMA_8B)).toThrow(InputError);
    const eagle = { ...config, architectures: ["LlamaForCausalLMEagle3"] };
    expect(() => importHfConfig({ id: "x", file: "config.json", config: eagle })).toThrow(/draft/);
  });
});
