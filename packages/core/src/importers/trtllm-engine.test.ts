import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CHECKPOINT, ENGINE, PARAMETERS } from "../../../../test/fixtures/trtllm/configs.ts";
import { withBuiltDefaults } from "../documents/built-defaults.ts";
import { stageWeights } from "../memory/weights.ts";
import type { ModelSpec } from "../model/model.ts";
import { countParameters } from "../model/params.ts";
import { InputError } from "../report/errors.ts";
import { importTrtllm, isTrtllmConfig } from "./trtllm-engine.ts";

// bf16, halved but for the embedding, which each rank holds whole
const RANK_BYTES = PARAMETERS + 32_000 * 512;
const RANKS = [RANK_BYTES, RANK_BYTES];

function modelOf(config: unknown, rankBytes: readonly number[] = RANKS): ModelSpec {
  return importTrtllm({ id: "e", file: "e/config.json", config, rankBytes });
}

test.each([
  [ENGINE, true],
  [CHECKPOINT, true],
  [{ builder_config: {} }, true],
  [{ model_type: "llama", architectures: ["LlamaForCausalLM"] }, false],
  [null, false],
  [[], false],
])("%# is told from a model's own config", (config, expected) => {
  expect(isTrtllmConfig(config)).toBe(expected);
});

test("a checkpoint: shape, ranks, no limits", () => {
  const model = modelOf(CHECKPOINT);
  expect(countParameters(model).total).toBe(PARAMETERS);
  expect(model.built).toEqual({ kind: "checkpoint", tp: 2, pp: 1, ep: 1 });
  expect(model.stored).toMatchObject({ quantization: "bf16", rankFiles: { tp: 2, bytes: RANKS } });
});

test("an engine: its version and limits as well", () => {
  expect(modelOf(ENGINE).built).toEqual({
    kind: "engine",
    version: "0.17.0",
    tp: 2,
    pp: 1,
    ep: 1,
    limits: { maxBatchSize: 16, maxNumTokens: 4096, maxSeqLen: 2048, maxBeamWidth: 1 },
  });
});

test("an engine from before 0.11 states prompt and output apart", () => {
  const { max_seq_len: _, max_num_tokens: __, ...rest } = ENGINE.build_config;
  const old = { ...ENGINE, build_config: { ...rest, max_output_len: 512 } };
  expect(modelOf(old).built?.limits).toMatchObject({ maxSeqLen: 1536, maxNumTokens: 16 * 1536 });
});

test.each([
  [
    { quant_algo: "W4A16_AWQ", group_size: 64, has_zero_point: false },
    { quantization: "int4-awq", groupSize: 64 },
  ],
  [
    { quant_algo: "FP8", kv_cache_quant_algo: "FP8", exclude_modules: ["lm_head"] },
    { quantization: "fp8", kvCacheDtype: "fp8", excluded: ["lm_head"] },
  ],
  [{ quant_algo: "NVFP4", group_size: 128 }, { quantization: "nvfp4" }],
  [
    { quant_algo: null, kv_cache_quant_algo: "INT8" },
    { quantization: "bf16", kvCacheDtype: "int8" },
  ],
  [{ quant_algo: "W8A8_SQ_PER_CHANNEL_PER_TOKEN_PLUGIN" }, { quantization: "int8-sq" }],
])("quantization %j", (quantization, expected) => {
  const { stored } = modelOf({ ...CHECKPOINT, quantization });
  expect(stored).toMatchObject(expected);
  expect(stored.groupSize).toBe("groupSize" in expected ? expected.groupSize : undefined);
});

test.each([
  ["LLaMAForCausalLM", {}, "llama"],
  ["QWenForCausalLM", { qwen_type: "qwen2" }, "qwen2"],
  ["QWenForCausalLM", { qwen_type: "qwen3" }, "qwen3"],
  ["MixtralForCausalLM", { moe: { num_experts: 8, top_k: 2 } }, "mixtral"],
  ["LlamaForCausalLM", { moe: { num_experts: 8, top_k: 2 } }, "mixtral"],
  ["LlamaForCausalLM", { moe: { num_experts: 0, top_k: 0 } }, "llama"],
  [
    "QWenForCausalLM",
    {
      qwen_type: "qwen2_moe",
      moe: { num_experts: 60, top_k: 4 },
      moe_intermediate_size: 64,
      moe_shared_expert_intermediate_size: 256,
    },
    "qwen2_moe",
  ],
])("%s %j is a %s", (architecture, more, family) => {
  expect(modelOf({ ...CHECKPOINT, architecture, ...more }, []).family).toBe(family);
});

describe("rank files", () => {
  const rules = { cutsEmbedding: false, zeroPointBits: 16 } as Parameters<
    typeof stageWeights
  >[0]["rules"];
  const at = (model: ModelSpec, tp: number, pp: number, stage: number): number => {
    const layout = { model, weights: model.stored, parallelism: { tp, pp, ep: 1 }, rules };
    const { plain, quantized, scales } = stageWeights(layout, stage);
    return plain + quantized + scales;
  };

  test("are the weights of just their layout", () => {
    const model = modelOf(CHECKPOINT);
    expect(at(model, 2, 1, 0)).toBeCloseTo(RANKS[0] ?? 0, 3);
    expect(at(model, 1, 1, 0)).toBe(2 * PARAMETERS);
  });

  test("of two stages each have their own size", () => {
    const mapping = { world_size: 2, tp_size: 1, pp_size: 2 };
    const model = modelOf({ ...CHECKPOINT, mapping }, [60_000_000, 50_000_000]);
    expect([at(model, 1, 2, 0), at(model, 1, 2, 1)].map(Math.round)).toEqual([
      60_000_000, 50_000_000,
    ]);
  });

  test.each([
    [[], "its rank files are not there"],
    [[1000, 1000], "it was built without its weights"],
    [
      [9e8, 9e8],
      "its rank files hold 1.68 GiB, its config's arithmetic gives 0.10 GiB: the files are taken",
    ],
  ])("of %j bytes: a note", (bytes, note) => {
    expect(modelOf(CHECKPOINT, bytes).notes.join()).toContain(note);
  });

  test("that agree need no note", () => {
    expect(modelOf(CHECKPOINT).notes).toEqual([]);
  });
});

describe("an engine settles what a request may ask", () => {
  const engine = modelOf(ENGINE);
  test("its ranks and limits are the defaults", () => {
    expect(withBuiltDefaults({ gpu: "rtx-4090", maxBatchSize: 8 }, engine)).toEqual({
      engine: "tensorrt-llm-engine",
      gpu: "rtx-4090",
      tp: 2,
      pp: 1,
      ep: 1,
      maxBatchSize: 8,
      maxNumTokens: 4096,
      maxSeqLen: 2048,
    });
  });
  test.each([
    [{ tp: 4 }, "tp: expected 2, for which the engine was built, got 4"],
    [
      { maxBatchSize: 17 },
      "maxBatchSize: expected at most 16, for which the engine was built, got 17",
    ],
    [{ maxSeqLen: 4096 }, "maxSeqLen: expected at most 2048"],
  ])("%j", (request, problem) => {
    expect(() => withBuiltDefaults(request, engine)).toThrow(problem);
  });
});

describe("what can't be read is refused in a sentence", () => {
  test.each([
    [
      { builder_config: { name: "llama" } },
      "builder_config: the engine is from before TensorRT-LLM 0.8",
    ],
    [
      { ...CHECKPOINT, architecture: "RecurrentGemmaForCausalLM" },
      "architecture: expected one that is known",
    ],
    [
      { ...CHECKPOINT, architecture: "QWenForCausalLM", qwen_type: "qwen" },
      "qwen_type: expected qwen2, qwen2_moe",
    ],
    [
      { ...CHECKPOINT, quantization: { quant_algo: "MIXED_PRECISION" } },
      "quantization_config.quant_algo: expected one of",
    ],
    [
      { ...CHECKPOINT, mapping: { tp_size: 0 } },
      "mapping.tp_size: expected a positive integer, got 0",
    ],
    [
      { ...CHECKPOINT, mapping: { tp_size: 4 } },
      "expected 4 rank files for tp 4 and pp 1, found 2",
    ],
    [
      { ...ENGINE, build_config: {} },
      "build_config.max_batch_size: expected a positive integer, but it is missing",
    ],
    [{ pretrained_config: 7 }, "pretrained_config: expected an object, got 7"],
  ])("%#", (config, problem) => {
    expect(() => modelOf(config)).toThrow(problem);
  });

  test("whatever stands in place of a field", () => {
    const keys = [...Object.keys(CHECKPOINT), "moe", "qwen_type", "sliding_window"];
    const value = fc.oneof(fc.jsonValue(), fc.constantFrom(0, 1, -1, 2 ** 53, "1", null, [], {}));
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom(...keys), value),
        fc.jsonValue(),
        (change, build) => {
          try {
            const config = { ...CHECKPOINT, ...change };
            modelOf({ pretrained_config: config, build_config: build });
            modelOf(config);
          } catch (error) {
            expect(error).toBeInstanceOf(InputError);
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});
