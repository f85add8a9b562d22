import { describe, expect, test } from "vitest";
import { importPreset } from "../catalog/catalog.ts";
import { readDraftModel } from "../importers/draft-model.ts";
import type { ModelSpec } from "../model/model.ts";
import { withPart } from "../model/with-part.ts";
import { GIB } from "../units/units.ts";
import { estimate } from "./estimate.ts";
import type { EstimateDocument, EstimateRequest } from "./estimate-document.ts";

const model = (id: string): ModelSpec => {
  const found = importPreset(id);
  if (found === undefined) {
    throw new RangeError(`no ${id} in the catalogue`);
  }
  return found;
};

const QWEN = model("Qwen/Qwen3.5-9B");
const DEEPSEEK = model("deepseek-ai/DeepSeek-V3");
const LLAMA = model("meta-llama/Llama-3.1-8B");

// the card and the settings of boot log vllm-021
const LOG: EstimateRequest = {
  engine: "vllm",
  engineVersion: "0.20.0",
  gpu: "rtx-5090",
  maxSeqLen: 4096,
  maxNumTokens: 8192,
  kvFraction: 0.85,
};

function bytesOf({ ranks }: EstimateDocument, id: string, rank = 0): number {
  return ranks[rank]?.terms.find((term) => term.id === id)?.bytes ?? 0;
}

describe("vLLM with a draft layer of the model's own", () => {
  const without = estimate(LOG, QWEN);
  const with1 = estimate({ ...LOG, draftLayers: 1 }, QWEN);

  test("the weights and the cache of a posted log", () => {
    // "Model loading took 18.12 GiB memory", "GPU KV cache size: 41,184 tokens"
    expect(Math.abs(bytesOf(with1, "weights") / GIB / 18.12 - 1)).toBeLessThan(0.001);
    expect(Math.abs(with1.kvTokens / 41_184 - 1)).toBeLessThan(0.05);
    expect(with1.kvTokensLow).toBeLessThan(41_184);
    expect(with1.kvTokensHigh).toBeGreaterThan(41_184);
    expect(with1.kvTokens).toBeLessThan(without.kvTokens);
  });

  test("what is checked takes two and a half copies of the sampler's logits more", () => {
    const more = bytesOf(with1, "activations") - bytesOf(without, "activations");
    expect(Math.round(more)).toBe(2.5 * 4 * 256 * QWEN.vocab);
  });

  test("a sequence holds a state for each token that may be taken back", () => {
    const [one, two] = [1, 3].map(
      (draftTokens) => estimate({ ...LOG, draftLayers: 1, draftTokens }, QWEN).maxSequences,
    );
    expect(one).toBeGreaterThan(two ?? 0);
  });
});

describe("SGLang with a draft layer of the model's own", () => {
  const request: EstimateRequest = {
    engine: "sglang",
    gpu: "h200-sxm-141gb",
    tp: 8,
    kvFraction: 0.8,
    maxSeqLen: 8192,
  };
  const without = estimate(request, DEEPSEEK);
  const with1 = estimate({ ...request, draftLayers: 1 }, DEEPSEEK);

  test("its weights come after the pool, and are no part of the share", () => {
    expect(bytesOf(with1, "weights")).toBe(bytesOf(without, "weights"));
    // 256 experts of 3 · 7168 · 2048 in FP8 over 8 ranks are 1.41 GB, the rest is attention and the matrix of 2 · 7168
    expect(bytesOf(with1, "draft")).toBeGreaterThan(1.4e9);
    expect(bytesOf(with1, "draft")).toBeLessThan(2e9);
    const term = with1.ranks[0]?.terms.find(({ id }) => id === "draft");
    expect(term?.taken).toBe("after-kv");
  });

  test("its cache is in the pool: one latent more", () => {
    const perToken = (document: EstimateDocument): number =>
      document.ranks[0]?.kv.bytesPerToken ?? 0;
    expect(perToken(with1) - perToken(without)).toBe((512 + 64) * 2);
  });

  test("the automatic fraction leaves 2 GiB for it", () => {
    const { kvFraction: _, ...automatic } = request;
    const [alone = 0, drafting = 0] = [{}, { draftLayers: 1 }].map(
      (more) => estimate({ ...automatic, ...more }, DEEPSEEK).kvFraction,
    );
    expect((alone - drafting) * 141 * GIB).toBeGreaterThan(1.8 * GIB);
    expect((alone - drafting) * 141 * GIB).toBeLessThan(2.2 * GIB);
  });
});

describe("a draft that is a model of its own", () => {
  const config = {
    architectures: ["LlamaForCausalLM"],
    model_type: "llama",
    hidden_size: 2048,
    intermediate_size: 8192,
    num_hidden_layers: 16,
    num_attention_heads: 32,
    num_key_value_heads: 8,
    head_dim: 64,
    vocab_size: 128_256,
    tie_word_embeddings: true,
    max_position_embeddings: 131_072,
    torch_dtype: "bfloat16",
  };
  const drafting = withPart(
    LLAMA,
    readDraftModel({ file: "config.json", source: "small" }, config, LLAMA),
  );
  const request: EstimateRequest = { engine: "vllm", gpu: "h100-sxm-80gb", maxSeqLen: 8192 };

  test("has all its weights and its layers' cache beside the model's", () => {
    const [alone, together] = [LLAMA, drafting].map((spec) => estimate(request, spec));
    if (alone === undefined || together === undefined) {
      throw new RangeError("two estimates");
    }
    expect(bytesOf(together, "weights") - bytesOf(alone, "weights")).toBe(2 * 1_235_814_400);
    const perToken = together.ranks[0]?.kv.bytesPerToken ?? 0;
    expect(perToken - (alone.ranks[0]?.kv.bytesPerToken ?? 0)).toBe(16 * 2 * 8 * 64 * 2);
  });

  test("keeps its 16 bits beside a model in 4", () => {
    const inFour: EstimateRequest = { ...request, quantization: "int4-awq" };
    const [alone, together] = [LLAMA, drafting].map((spec) => estimate(inFour, spec));
    const more = together && alone ? bytesOf(together, "weights") - bytesOf(alone, "weights") : 0;
    expect(more).toBe(2 * 1_235_814_400);
  });

  test("one with a state of its own is refused", () => {
    const mamba = { model_type: "mamba2", hidden_size: 4096, num_hidden_layers: 4, vocab_size: 8 };
    expect(() =>
      readDraftModel({ file: "d.json", source: "d" }, { ...mamba, state_size: 16 }, LLAMA),
    ).toThrow(/d\.json: model_type: expected a draft without recurrent layers/);
  });
});

describe("a limit of images", () => {
  const request: EstimateRequest = { engine: "vllm", gpu: "h100-sxm-80gb", maxSeqLen: 8192 };
  const VL = model("Qwen/Qwen3-VL-4B-Instruct");
  const at = (more: EstimateRequest): EstimateDocument => estimate({ ...request, ...more }, VL);

  test("none: neither the tower's profile nor its weights", () => {
    const [all, none] = [at({}), at({ imagesPerPrompt: 0 })];
    expect(bytesOf(none, "vision")).toBe(0);
    const tower = bytesOf(all, "weights") - bytesOf(none, "weights");
    expect(tower).toBe(2 * all.model.parameters.byRole.vision);
    expect(none.kvTokens).toBeGreaterThan(all.kvTokens);
  });

  test("none in a version that loads the tower all the same: its profile only", () => {
    const [all, none] = [{}, { imagesPerPrompt: 0 }].map((more) =>
      at({ engineVersion: "0.11.0", ...more }),
    );
    expect(none && bytesOf(none, "vision")).toBe(0);
    expect(none && bytesOf(none, "weights")).toBe(all && bytesOf(all, "weights"));
  });

  test("fewer than a step's tokens hold make the profile smaller", () => {
    const wide = { maxNumTokens: 65_536, maxSeqLen: 65_536 };
    const [one, any] = [{ maxBatchSize: 1, imagesPerPrompt: 1 }, { maxBatchSize: 1 }].map((more) =>
      at({ ...wide, ...more }),
    );
    expect(one && bytesOf(one, "vision")).toBeLessThan((any && bytesOf(any, "vision")) ?? 0);
  });
});

describe("what makes no sense is refused", () => {
  test.each<[EstimateRequest, ModelSpec, RegExp]>([
    [{ engine: "vllm", draftTokens: 2 }, LLAMA, /draftTokens: expected a draft that proposes/],
    [{ engine: "vllm", draftLayers: 2 }, QWEN, /draftLayers: expected at most 1/],
    [{ engine: "vllm", draftLayers: 1, draftTokens: 5000 }, QWEN, /draftTokens: expected a whole/],
    [
      { engine: "llama.cpp", draftLayers: 1 },
      QWEN,
      /expected 0 for llama\.cpp, which has no draft/,
    ],
    [{ engine: "sglang", imagesPerPrompt: 1 }, QWEN, /expected nothing for sglang, which has no/],
    [{ engine: "vllm", imagesPerPrompt: 1 }, LLAMA, /expected nothing for a model without a tower/],
    [{ engine: "vllm", imagesPerPrompt: 0.5 }, QWEN, /imagesPerPrompt: expected a whole number up/],
  ])("%j", (request, spec, says) => {
    expect(() => estimate({ gpu: "h100-sxm-80gb", ...request }, spec)).toThrow(says);
  });
});
