import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { q4, tinyLlama } from "../../../../test/fixtures/gguf/tiny-llama.ts";
import { type GgufParts, ggufFile, type Meta } from "../../../../test/fixtures/gguf/write-gguf.ts";
import { stageWeights } from "../memory/weights.ts";
import type { ModelSpec } from "../model/model.ts";
import { countParameters } from "../model/params.ts";
import { InputError } from "../report/errors.ts";
import { bytesSource } from "./byte-source.ts";
import { importGguf } from "./gguf-model.ts";
import { readGguf } from "./gguf-reader.ts";

async function modelOf(parts: GgufParts): Promise<ModelSpec> {
  return importGguf("m.gguf", "m.gguf", await readGguf("m.gguf", bytesSource(ggufFile(parts))));
}

/** The tiny Llama under another architecture's name, with more metadata. */
function as(architecture: string, more: Readonly<Record<string, Meta>> = {}): GgufParts {
  const { metadata, tensors } = tinyLlama();
  const renamed = Object.entries(metadata).map(
    ([key, meta]) => [key.replace(/^llama\./, `${architecture}.`), meta] as const,
  );
  const under = Object.entries(more).map(
    ([key, meta]) => [`${architecture}.${key}`, meta] as const,
  );
  return {
    metadata: {
      ...Object.fromEntries([...renamed, ...under]),
      "general.architecture": { text: architecture },
    },
    tensors,
  };
}

function weights(model: ModelSpec, tp: number, pp: number, stage = 0): number {
  const { plain, quantized, scales } = stageWeights(
    {
      model,
      weights: model.stored,
      parallelism: { tp, pp, ep: 1 },
      rules: { cutsEmbedding: true, zeroPointBits: 16 },
    } as Parameters<typeof stageWeights>[0],
    stage,
  );
  return plain + quantized + scales;
}

describe("a tiny Llama", () => {
  // embedding 96 · 64, no head; a layer: q and o 64², k and v 32 · 64, three of 128 · 64, two norms; one norm
  const PARAMETERS = 96 * 64 + 2 * (2 * 64 * 64 + 2 * 32 * 64 + 3 * 128 * 64 + 2 * 64) + 64;
  const { tensors } = tinyLlama();
  const BYTES = tensors.reduce((sum, { bytes }) => sum + bytes, 0);

  test("is read with its shape and every byte of its table", async () => {
    const model = await modelOf(tinyLlama());
    expect(model).toMatchObject({ family: "llama", tiedEmbeddings: true, maxContext: 4096 });
    expect(countParameters(model).total).toBe(PARAMETERS);
    expect(model.stored).toMatchObject({ quantization: "gguf", totalBytes: BYTES });
  });

  test("one rank holds the file's bytes exactly", async () => {
    expect(weights(await modelOf(tinyLlama()), 1, 1)).toBeCloseTo(BYTES, 6);
  });

  test("two ranks halve all but the norms", async () => {
    // five norms of 64 elements in FP32 are held twice
    const norms = 5 * 64 * 4;
    expect(weights(await modelOf(tinyLlama()), 2, 1)).toBeCloseTo((BYTES - norms) / 2 + norms, 6);
  });

  test("two stages share the layers, and the last one copies the tied embedding", async () => {
    const model = await modelOf(tinyLlama());
    const embedding = 96 * 2 * 34;
    const stages = weights(model, 1, 2, 0) + weights(model, 1, 2, 1);
    expect(stages).toBeCloseTo(BYTES + embedding, 6);
  });
});

test("layers of unequal types keep their own bytes", async () => {
  const { metadata, tensors } = tinyLlama();
  // Q4_K_M stores some layers' ffn_down wider: here in FP16
  const wide = tensors.map((tensor) =>
    tensor.name === "blk.1.ffn_down.weight" ? { ...tensor, type: 1, bytes: 2 * 128 * 64 } : tensor,
  );
  const model = await modelOf({ metadata, tensors: wide });
  const difference = 2 * 128 * 64 - (128 / 32) * 64 * 34;
  const embedding = 96 * 2 * 34;
  expect(weights(model, 1, 2, 1) - weights(model, 1, 2, 0)).toBeCloseTo(
    difference + 64 * 4 + embedding - embedding,
    6,
  );
});

describe("architectures", () => {
  test.each([
    ["qwen2", "qwen2"],
    ["qwen3", "qwen3"],
    ["qwen3vl", "qwen3"],
    ["gemma2", "gemma2"],
    ["gemma3", "gemma3_text"],
    ["phi3", "phi3"],
    ["mistral3", "mistral"],
  ])("%s is read as %s", async (architecture, family) => {
    expect((await modelOf(as(architecture))).family).toBe(family);
  });

  const experts = {
    expert_count: { u32: 8 },
    expert_used_count: { u32: 2 },
    expert_feed_forward_length: { u32: 32 },
    expert_shared_feed_forward_length: { u32: 128 },
  };
  const withExperts = (parts: GgufParts): GgufParts => ({
    ...parts,
    tensors: parts.tensors.flatMap((tensor) => {
      const expert = tensor.name.replace(".weight", "_exps.weight");
      return tensor.name.includes("ffn_norm") || !tensor.name.includes("ffn_")
        ? [tensor]
        : [tensor, { ...q4(expert, 64, 32 * 8), sizes: [64, 32, 8] }];
    }),
  });

  test("a llama with experts is a Mixtral", async () => {
    const model = await modelOf(withExperts(as("llama", experts)));
    expect(model.family).toBe("mixtral");
    expect(model.layers[0]?.layer.feedForward).toMatchObject({
      kind: "moe",
      experts: 8,
      active: 2,
      intermediate: 32,
    });
  });

  test("gpt-oss has sinks, windows and experts in all layers", async () => {
    const parts = withExperts(
      as("gpt-oss", { ...experts, "attention.sliding_window": { u32: 128 } }),
    );
    const sinks = [0, 1].map((i) => ({
      name: `blk.${i}.attn_sinks.weight`,
      sizes: [4],
      type: 0,
      bytes: 16,
    }));
    const model = await modelOf({ ...parts, tensors: [...parts.tensors, ...sinks] });
    expect(model.layers.map(({ layer }) => layer.attention.kind)).toEqual(["sliding", "full"]);
    expect(model.layers[0]?.layer).toMatchObject({
      attention: { hasSinks: true, window: 128 },
      feedForward: { kind: "moe", experts: 8, intermediate: 32 },
    });
  });

  test.each([
    ["qwen2moe", 128],
    ["qwen3moe", 0],
  ])("%s has its shared expert: %i wide", async (architecture, sharedIntermediate) => {
    const parts = withExperts(as(architecture, experts));
    const shared = parts.tensors
      .filter(({ name }) => /blk\.\d+\.ffn_(?!norm|.*_exps)/.test(name))
      .map((tensor) => ({ ...tensor, name: tensor.name.replace(".weight", "_shexp.weight") }));
    const model = await modelOf({ ...parts, tensors: [...parts.tensors, ...shared] });
    expect(model.layers[0]?.layer.feedForward).toMatchObject({ sharedIntermediate, experts: 8 });
  });

  test.each([
    ["old keys", { "attention.key_length": { u32: 24 }, "attention.value_length": { u32: 16 } }],
    [
      "new keys",
      {
        "attention.key_length": { u32: 40 },
        "attention.value_length": { u32: 32 },
        "attention.key_length_mla": { u32: 24 },
        "attention.value_length_mla": { u32: 16 },
      },
    ],
  ])("deepseek2 with %s", async (_, keys) => {
    const latent = {
      ...keys,
      ...experts,
      "attention.kv_lora_rank": { u32: 32 },
      "rope.dimension_count": { u32: 8 },
      expert_shared_count: { u32: 1 },
      leading_dense_block_count: { u32: 1 },
    };
    const model = await modelOf(withExperts(as("deepseek2", latent)));
    expect(model.layers[0]?.layer).toMatchObject({
      attention: { kind: "mla", kvRank: 32, nopeHeadDim: 16, ropeHeadDim: 8, valueHeadDim: 16 },
      feedForward: { kind: "dense" },
    });
    expect(model.layers[1]?.layer.feedForward).toMatchObject({
      kind: "moe",
      sharedIntermediate: 32,
    });
  });
});

describe("what can't be planned is refused in a sentence", () => {
  const { metadata, tensors } = tinyLlama();
  const without = (key: string): GgufParts => ({
    metadata: Object.fromEntries(Object.entries(metadata).filter(([name]) => name !== key)),
    tensors,
  });
  test.each([
    [
      "no architecture",
      without("general.architecture"),
      "general.architecture: expected the model's architecture",
    ],
    ["an unknown one", as("rwkv7"), "general.architecture: expected one of llama, mistral3, qwen2"],
    [
      "no width",
      without("llama.embedding_length"),
      "llama.embedding_length: expected a positive integer, but it is missing",
    ],
    [
      "heads that differ by layer",
      as("llama", { "attention.head_count_kv": { u32s: [2, 1] } }),
      "llama.attention.head_count_kv: expected one value for all layers",
    ],
    [
      "a missing layer",
      { metadata, tensors: tensors.filter(({ name }) => !name.startsWith("blk.1.attn")) },
      "expected attention tensors in blk.1, found none",
    ],
    ["a vision projector", as("clip"), 'got "clip": a model of this kind can\'t be described yet'],
  ])("%s", async (_, parts, problem) => {
    await expect(modelOf(parts as GgufParts)).rejects.toThrow(problem);
  });
});

test("any metadata give a model that can be weighed, or an InputError", async () => {
  const keys = Object.keys(tinyLlama().metadata).concat(
    "llama.expert_count",
    "llama.expert_used_count",
    "llama.attention.key_length",
    "llama.attention.sliding_window",
    "llama.nextn_predict_layers",
  );
  const meta: fc.Arbitrary<Meta> = fc.oneof(
    fc.record({ u32: fc.oneof(fc.nat(200), fc.nat(2 ** 31 - 1)) }),
    fc.record({ text: fc.constantFrom("llama", "qwen3", "gemma3", "deepseek2", "x", "") }),
    fc.record({ u32s: fc.array(fc.nat(64), { maxLength: 4 }) }),
  );
  await fc.assert(
    fc.asyncProperty(fc.dictionary(fc.constantFrom(...keys), meta), async (change) => {
      const { metadata, tensors } = tinyLlama();
      try {
        const model = await modelOf({ metadata: { ...metadata, ...change }, tensors });
        expect(weights(model, 1, 1)).toBeGreaterThan(0);
      } catch (error) {
        expect(error).toBeInstanceOf(InputError);
      }
    }),
    { numRuns: 300 },
  );
});
