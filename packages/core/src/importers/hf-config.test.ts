import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { kvElementsPerToken } from "../model/attention.ts";
import { layerCount } from "../model/layer-groups.ts";
import type { ModelSpec } from "../model/model.ts";
import { countParameters } from "../model/params.ts";
import { InputError } from "../report/errors.ts";
import { importHfConfig } from "./hf-config.ts";

const LLAMA = {
  model_type: "llama",
  hidden_size: 4096,
  num_hidden_layers: 32,
  num_attention_heads: 32,
  num_key_value_heads: 8,
  intermediate_size: 14336,
  vocab_size: 128256,
  max_position_embeddings: 131072,
  rms_norm_eps: 1e-5,
  torch_dtype: "bfloat16",
};

function read(config: unknown): ModelSpec {
  return importHfConfig({ id: "test", file: "config.json", config });
}

function problemOf(config: unknown): string {
  try {
    read(config);
  } catch (error) {
    expect(error).toBeInstanceOf(InputError);
    return error instanceof Error ? error.message : "";
  }
  return "";
}

/** What each run of layers keeps: "32 full" or "16 sliding 4096". */
function runs(model: ModelSpec): readonly string[] {
  return model.layers.map(({ count, layer }) => {
    const { kind } = layer.attention;
    return layer.attention.kind === "sliding"
      ? `${count} ${kind} ${layer.attention.window}`
      : `${count} ${kind}`;
  });
}

describe("a plain Llama", () => {
  test("has what its config says", () => {
    const model = read(LLAMA);
    expect(model).toMatchObject({ family: "llama", hidden: 4096, tiedEmbeddings: false });
    expect(countParameters(model).total).toBe(8_030_261_248);
    expect(model.layers).toHaveLength(1);
    // 8 KV heads of 4096 / 32 = 128: 2 · 8 · 128
    expect(kvElementsPerToken(model.layers[0]?.layer.attention as never, 1)).toBe(2048);
    expect(model.notes).toEqual([]);
  });

  test.each([
    // without num_key_value_heads every head has its own K and V
    { change: { num_key_value_heads: undefined }, elements: 2 * 32 * 128 },
    { change: { num_key_value_heads: null }, elements: 2 * 32 * 128 },
    // an explicit head_dim goes before hidden / heads (Mistral Nemo, Qwen 3)
    { change: { head_dim: 64 }, elements: 2 * 8 * 64 },
  ])("$change keeps $elements elements a token", ({ change, elements }) => {
    const [group] = read({ ...LLAMA, ...change }).layers;
    expect(group && kvElementsPerToken(group.layer.attention, 1)).toBe(elements);
  });

  test("attention_bias and mlp_bias add their vectors", () => {
    const more = (change: object): number =>
      countParameters(read({ ...LLAMA, ...change })).total - 8_030_261_248;
    expect(more({ attention_bias: true })).toBe(32 * (4096 + 2 * 1024 + 4096));
    expect(more({ mlp_bias: true })).toBe(32 * (2 * 14336 + 4096));
    expect(more({ tie_word_embeddings: true })).toBe(-128256 * 4096);
  });
});

// counts as published with the models' files
const COUNTED: readonly (readonly [name: string, config: object, parameters: number])[] = [
  ["Command-R", shape("cohere", 8192, 40, 64, 64, 22528, 256000), 34_980_831_232],
  ["Command-R7B", shape("cohere2", 4096, 32, 32, 8, 14336, 256000), 8_028_033_024],
  ["StarCoder2-7B", shape("starcoder2", 4608, 32, 36, 4, 18432, 49152), 7_173_923_840],
  [
    "InternLM2.5-7B",
    { ...shape("internlm2", 4096, 32, 32, 8, 14336, 92544), bias: false },
    7_737_708_544,
  ],
  [
    "Seed-OSS-36B",
    { ...shape("seed_oss", 5120, 64, 80, 8, 27648, 155136), head_dim: 128 },
    36_151_104_512,
  ],
  ["SmolLM3-3B", shape("smollm3", 2048, 36, 16, 4, 11008, 128256), 3_075_098_624],
  [
    "GLM-4-9B",
    { ...shape("glm", 4096, 40, 32, 2, 13696, 151552), attention_bias: true },
    9_399_951_360,
  ],
  [
    "GLM-4-9B-0414",
    { ...shape("glm4", 4096, 40, 32, 2, 13696, 151552), attention_bias: true },
    9_400_279_040,
  ],
  [
    "ERNIE-4.5-0.3B",
    { ...shape("ernie4_5", 1024, 18, 16, 2, 3072, 103424), head_dim: 128 },
    360_748_032,
  ],
  ["Gemma-7B", shape("gemma", 3072, 28, 16, 16, 24576, 256000), 8_537_680_896],
  [
    "Qwen2-57B-A14B",
    {
      ...shape("qwen2_moe", 3584, 28, 28, 4, 18944, 151936),
      moe_intermediate_size: 2560,
      shared_expert_intermediate_size: 20480,
      num_experts: 64,
      num_experts_per_tok: 8,
    },
    57_408_658_944,
  ],
  [
    "Granite-3.0-1B-A400M",
    {
      ...shape("granitemoe", 1024, 24, 16, 8, 512, 49155),
      num_local_experts: 32,
      num_experts_per_tok: 8,
      tie_word_embeddings: true,
    },
    1_334_628_352,
  ],
  [
    "DeepSeek-MoE-16B",
    {
      ...shape("deepseek", 2048, 28, 16, 16, 10944, 102400),
      moe_intermediate_size: 1408,
      n_routed_experts: 64,
      n_shared_experts: 2,
      num_experts_per_tok: 6,
      first_k_dense_replace: 1,
    },
    16_375_728_128,
  ],
  [
    // published 110,468,824,832 are with one draft layer (3,616,573,440) and 46 · 128 biases of routers
    "GLM-4.5-Air",
    {
      ...shape("glm4_moe", 4096, 46, 96, 8, 10944, 151552),
      head_dim: 128,
      attention_bias: true,
      moe_intermediate_size: 1408,
      n_routed_experts: 128,
      n_shared_experts: 1,
      num_experts_per_tok: 8,
      first_k_dense_replace: 1,
    },
    110_468_824_832 - 3_616_573_440 - 46 * 128,
  ],
];

function shape(
  model_type: string,
  hidden_size: number,
  num_hidden_layers: number,
  num_attention_heads: number,
  num_key_value_heads: number,
  intermediate_size: number,
  vocab_size: number,
): object {
  return {
    model_type,
    hidden_size,
    num_hidden_layers,
    num_attention_heads,
    num_key_value_heads,
    intermediate_size,
    vocab_size,
    max_position_embeddings: 131072,
    sliding_window: 4096,
    torch_dtype: "bfloat16",
  };
}

test.each(COUNTED)("%s has as many parameters as its files", (_name, config, parameters) => {
  expect(countParameters(read(config)).total).toBe(parameters);
});

describe("windows", () => {
  const short = { ...LLAMA, num_hidden_layers: 6, head_dim: 128 };
  test.each([
    { config: { ...short, model_type: "mistral" }, expected: ["6 full"] },
    { config: { ...short, model_type: "mistral", sliding_window: null }, expected: ["6 full"] },
    {
      config: { ...short, model_type: "mistral", sliding_window: 4096 },
      expected: ["6 sliding 4096"],
    },
    // Phi-3-mini-128k: a window longer than the longest context hides nothing
    { config: { ...short, model_type: "phi3", sliding_window: 262144 }, expected: ["6 full"] },
    { config: { ...short, model_type: "qwen2", sliding_window: 4096 }, expected: ["6 full"] },
    {
      config: {
        ...short,
        model_type: "qwen2",
        sliding_window: 4096,
        use_sliding_window: true,
        max_window_layers: 4,
      },
      expected: ["4 full", "2 sliding 4096"],
    },
    {
      config: { ...short, model_type: "gemma2", sliding_window: 4096, num_hidden_layers: 3 },
      expected: ["1 sliding 4096", "1 full", "1 sliding 4096"],
    },
    {
      config: { ...short, model_type: "gemma3_text", sliding_window: 512 },
      expected: ["5 sliding 512", "1 full"],
    },
    {
      config: {
        ...short,
        model_type: "qwen3",
        num_hidden_layers: 2,
        sliding_window: 512,
        layer_types: ["full_attention", "sliding_attention"],
      },
      expected: ["1 full", "1 sliding 512"],
    },
  ])("$config.model_type $config.sliding_window: $expected", ({ config, expected }) => {
    expect(runs(read(config))).toEqual(expected);
  });
});

test("experts stand where decoder_sparse_step and mlp_only_layers put them", () => {
  const model = read({
    ...LLAMA,
    model_type: "qwen3_moe",
    num_hidden_layers: 6,
    num_experts: 8,
    num_experts_per_tok: 2,
    moe_intermediate_size: 768,
    decoder_sparse_step: 2,
    mlp_only_layers: [5],
  });
  expect(model.layers.map(({ count, layer }) => `${count} ${layer.feedForward.kind}`)).toEqual([
    "1 dense",
    "1 moe",
    "1 dense",
    "1 moe",
    "2 dense",
  ]);
});

describe("MiMo V2", () => {
  /** As test/fixtures/hf-counts.jsonl has it: transformers counts 6273840 parameters. */
  const small = {
    model_type: "mimo_v2_flash",
    vocab_size: 1536,
    hidden_size: 256,
    intermediate_size: 640,
    num_hidden_layers: 8,
    num_attention_heads: 8,
    num_key_value_heads: 2,
    max_position_embeddings: 512,
    tie_word_embeddings: false,
    moe_intermediate_size: 96,
    num_experts_per_tok: 2,
    n_routed_experts: 6,
    head_dim: 48,
    v_head_dim: 32,
    torch_dtype: "bfloat16",
  };
  /** What published files say beside that: lists of layers, sliding layers' own heads. */
  const published = {
    ...small,
    hybrid_layer_pattern: [0, 1, 1, 1, 1, 0, 1, 1],
    moe_layer_freq: [0, 1, 1, 1, 1, 1, 1, 1],
    n_shared_experts: null,
    sliding_window_size: 64,
    swa_num_attention_heads: 8,
    swa_num_key_value_heads: 4,
    swa_head_dim: 48,
    swa_v_head_dim: 32,
    add_swa_attention_sink_bias: true,
    add_full_attention_sink_bias: false,
  };
  const total = (config: object): number => countParameters(read(config)).total;

  test("in the published spelling is the model that transformers builds", () => {
    expect(total(published)).toBe(6_273_840);
    expect(runs(read(published))).toContain("4 sliding 64");
  });

  test.each<[string, object, number]>([
    // 6 sliding layers: (48 + 32) · 256 more for each KV head
    ["more KV heads", { swa_num_key_value_heads: 5 }, 6 * 80 * 256],
    // and for each query head as many in q and o, and a sink
    ["fewer heads", { swa_num_attention_heads: 4 }, -6 * 4 * (80 * 256 + 1)],
    ["no sinks", { add_swa_attention_sink_bias: false }, -6 * 8],
    ["sinks in full layers", { add_full_attention_sink_bias: true }, 2 * 8],
    // a dense layer has 3 · 256 · 640, one of experts 6 · (3 · 256 · 96) and a router of 6 · 256
    [
      "another dense layer",
      { moe_layer_freq: [0, 0, 1, 1, 1, 1, 1, 1] },
      3 * 256 * 640 - 6 * 3 * 256 * 96 - 6 * 256,
    ],
  ])("%s: the count follows", (_, change, difference) => {
    expect(total({ ...published, ...change }) - total(published)).toBe(difference);
  });
});

test("the text part of a wrapped config is read, with the head's tie from outside", () => {
  const model = read({
    model_type: "wrapper",
    text_config: { ...LLAMA },
    tie_word_embeddings: true,
  });
  expect(model).toMatchObject({ family: "llama", tiedEmbeddings: true });
});

describe("a family that no one described", () => {
  test("is read by its fields, and says so", () => {
    const model = read({ ...LLAMA, model_type: "newllm" });
    expect(countParameters(model).total).toBe(8_030_261_248);
    expect(model.notes.join()).toContain("newllm, is not known");
    expect(model.reading).toBe("by-fields");
    expect(read(LLAMA).reading).toBe("known");
  });

  test.each([
    [{ rms_norm_eps: undefined, layer_norm_eps: 1e-5 }, "rms_norm_eps"],
    [{ num_experts: 64 }, "num_experts"],
    [{ hidden_act: "gelu" }, "hidden_act"],
    [{ kv_lora_rank: 512 }, "kv_lora_rank"],
    [{ use_qk_norm: true }, "use_qk_norm"],
    [{ mamba_d_state: 16 }, "mamba_d_state"],
    [{ img_processor: {} }, "img_processor"],
  ])("is refused with %o", (change, key) => {
    expect(problemOf({ ...LLAMA, model_type: "newllm", ...change })).toContain(key);
  });
});

test("a tower that no one described is left out, and says so", () => {
  const model = read({
    model_type: "newvlm",
    text_config: LLAMA,
    vision_config: { hidden_size: 1024 },
  });
  expect(countParameters(model).total).toBe(8_030_261_248);
  expect(model.reading).toBe("by-fields");
  expect(model.notes.join()).toContain("its vision tower is of a kind that is not known");
});

describe("a config that can't be used", () => {
  test.each([
    [
      { ...LLAMA, num_hidden_layers: undefined },
      "config.json: num_hidden_layers: expected a positive integer, but it is missing",
    ],
    [
      { ...LLAMA, num_hidden_layers: "32" },
      'config.json: num_hidden_layers: expected a positive integer, got "32"',
    ],
    [
      { ...LLAMA, hidden_size: -1 },
      "config.json: hidden_size: expected a positive integer, got -1",
    ],
    [
      { ...LLAMA, num_hidden_layers: 1e300 },
      "config.json: num_hidden_layers: expected at most 2048, got 1e+300",
    ],
    [{ ...LLAMA, vocab_size: Number.NaN }, "vocab_size: expected a positive integer, got NaN"],
    [{ ...LLAMA, num_key_value_heads: 5 }, "expected a divisor of num_attention_heads (32), got 5"],
    [{ ...LLAMA, num_attention_heads: 48, num_key_value_heads: 8 }, "head_dim"],
    [{ ...LLAMA, model_type: undefined }, "model_type: expected the model's family"],
    [{ ...LLAMA, model_type: ["llama"] }, "model_type: expected text, got a list of 1"],
    [{ ...LLAMA, attention_bias: "no" }, 'attention_bias: expected true or false, got "no"'],
    [{ ...LLAMA, layer_types: ["full_attention"] }, "expected one for each of the 32 layers"],
    [{ ...LLAMA, layer_types: Array(32).fill("mamba") }, "layer_types: expected full_attention"],
    [{ ...LLAMA, is_encoder_decoder: true }, "is_encoder_decoder"],
    [{ ...LLAMA, architectures: ["LlamaForSequenceClassification"] }, "architectures"],
    [{ ...LLAMA, torch_dtype: "int4" }, "torch_dtype: expected bfloat16, float16 or float32"],
    [{ ...LLAMA, model_type: "mixtral", num_local_experts: 2, num_experts_per_tok: 3 }, "at most"],
    [{ ...LLAMA, text_config: 7 }, "text_config: expected an object, got 7"],
    [[], "config.json: expected an object, got a list of 0"],
    [null, "config.json: expected an object, got null"],
    ["llama", "config.json: expected an object"],
  ])("%#: says where and what", (config, problem) => {
    expect(problemOf(config)).toContain(problem);
  });

  test("fields that are each possible but no model together are refused", () => {
    expect(
      problemOf({
        ...LLAMA,
        hidden_size: 262_144,
        intermediate_size: 4_194_304,
        num_hidden_layers: 2048,
      }),
    ).toContain("parameters");
  });

  test("keys of the prototype are not the config's", () => {
    const config: unknown = JSON.parse('{"__proto__": {"model_type": "llama"}}');
    expect(problemOf(config)).toContain("model_type: expected the model's family");
  });
});

describe("anything at all", () => {
  const onlyInputErrors = (config: unknown): void => {
    try {
      const model = read(config);
      expect(layerCount(model)).toBeGreaterThan(0);
      expect(Number.isSafeInteger(countParameters(model).total)).toBe(true);
    } catch (error) {
      expect(error).toBeInstanceOf(InputError);
    }
  };

  test("gives a model or an InputError", () => {
    fc.assert(fc.property(fc.jsonValue(), onlyInputErrors));
  });

  test("in place of a field gives a model or an InputError", () => {
    const families = ["llama", "qwen2_moe", "qwen3_moe", "mixtral", "gemma2", "deepseek_v3", "x"];
    const keys = [...Object.keys(LLAMA), "head_dim", "layer_types", "text_config", "architectures"]
      .concat("quantization_config", "sliding_window", "num_experts", "n_routed_experts")
      .concat("num_experts_per_tok", "moe_intermediate_size", "kv_lora_rank", "mlp_only_layers");
    const value = fc.oneof(
      fc.jsonValue(),
      fc.constantFrom(1, 2, 64, 0, -1, 1e300, 2 ** 53, 0.5, "1", null, [], {}, true),
    );
    fc.assert(
      fc.property(
        fc.constantFrom(...families),
        fc.dictionary(fc.constantFrom(...keys), value),
        (model_type, change) => onlyInputErrors({ ...LLAMA, model_type, ...change }),
      ),
      { numRuns: 500 },
    );
  });
});
