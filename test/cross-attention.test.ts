import {
  type EstimateDocument,
  type EstimateRequest,
  estimate,
  explainEstimate,
  InputError,
  importPreset,
  parseFleetFile,
  planFleet,
  SYMBOLS,
} from "@berth/core";
import { all, create } from "mathjs";
import { describe, expect, test } from "vitest";
import { type CrossModel, crossModel } from "./fixtures/cross-attention.ts";

// Cross-attention reads K and V of another sequence (audio, image, source text): engines keep them in their own ways.

const CARD = "h100-sxm-80gb";
const LIMITS = { gpu: CARD, maxBatchSize: 16, maxNumTokens: 4096, maxSeqLen: 448 };

const ask = (name: CrossModel, request: EstimateRequest): EstimateDocument =>
  estimate({ ...LIMITS, ...request }, crossModel(name));

function first({ ranks: [rank] }: EstimateDocument): NonNullable<EstimateDocument["ranks"][0]> {
  if (rank === undefined) {
    throw new Error("no ranks");
  }
  return rank;
}

// Whisper large-v3: 32 layers of 2 · 20 · 64 · 2 B, for a token of text and for a frame of sound
const WHISPER = 32 * 5120;
// Llama 3.2 11B Vision: 2 · 8 · 128 · 2 B in 32 layers for text, in 8 for the image of 4 · 1601 patches
const LLAMA_LAYER = 4096;

describe("TensorRT-LLM divides the KV cache into two pools", () => {
  const engine = { engine: "tensorrt-llm-engine", tokensPerBlock: 32 };

  test.each([
    { crossKvFraction: 0.5, asked: {} },
    { crossKvFraction: 0.25, asked: { crossKvFraction: 0.25 } },
  ])("cross_kv_cache_fraction $crossKvFraction", ({ crossKvFraction, asked }) => {
    const document = ask("whisper", { ...engine, ...asked });
    const { kv } = first(document);
    const blocks = (share: number): number => Math.ceil((share * kv.budgetBytes) / WHISPER / 32);
    expect(kv.tokens).toBeCloseTo(32 * blocks(1 - crossKvFraction), -2);
    // 1500 frames take 47 blocks
    expect(kv.cross).toMatchObject({
      bytesPerToken: WHISPER,
      tokensPerSequence: 1504,
      share: crossKvFraction,
    });
    expect(kv.cross?.tokens).toBeCloseTo(32 * blocks(crossKvFraction), -2);
    expect(kv.bytesPerSequence).toBe((448 + 1504) * WHISPER);
    expect(document.maxSequences).toBe(
      Math.min(Math.floor(kv.tokens / 448), Math.floor((kv.cross?.tokens ?? 0) / 1504)),
    );
    expect(document.fits).toBe(true);
  });

  test("before 0.15 the second pool takes the fraction of what the first leaves free", () => {
    const { kv } = first(ask("whisper", { ...engine, engineVersion: "0.13.0", kvFraction: 0.8 }));
    // first 0.8 of free, second 0.8 · 0.2 of free: a fifth of the first
    expect((kv.cross?.tokens ?? 0) / kv.tokens).toBeCloseTo(0.2, 3);
    expect(kv.cross?.share).toBeCloseTo(0.2 / 1.2, 12);
  });

  test("each pool has the layers that use it: 32 of Llama 3.2 Vision's for text, 8 for the image", () => {
    const { kv } = first(ask("mllama", { ...engine, maxSeqLen: 8192 }));
    expect(kv.bytesPerToken).toBe(32 * LLAMA_LAYER);
    expect(kv.cross).toMatchObject({ bytesPerToken: 8 * LLAMA_LAYER, tokensPerSequence: 6432 });
  });

  test("beams share what they read", () => {
    const { kv } = first(ask("whisper", { ...engine, beamWidth: 4 }));
    expect(kv.bytesPerSequence).toBe((4 * 448 + 1504) * WHISPER);
  });

  test("ranks divide the heads of both", () => {
    const { kv } = first(ask("whisper", { ...engine, tp: 4 }));
    expect(kv.bytesPerToken).toBe(WHISPER / 4);
    expect(kv.cross?.bytesPerToken).toBe(WHISPER / 4);
  });

  test("the pool that is too small is named", () => {
    const document = ask("whisper", { ...engine, crossKvFraction: 0.0001 });
    expect(document.maxSequences).toBe(0);
    expect(document.reasons.map(({ text }) => text)).toEqual([
      "The KV cache has no room for one sequence of 448 with the 1,500 tokens that its cross-attention reads.",
    ]);
    expect(document.fitProbability).toBeLessThan(0.01);
  });
});

describe("vLLM", () => {
  test("V1 gives layers that read sound a group of pages: 28 blocks for 448 tokens, 94 for 1500 frames", () => {
    const document = ask("whisper", { engine: "vllm", engineVersion: "0.19.0" });
    const { kv } = first(document);
    const block = 32 * 16 * 5120;
    expect(kv.bytesPerSequence).toBe((28 + 94) * block);
    expect(kv.cross).toEqual({ bytesPerToken: WHISPER, tokensPerSequence: 1504 });
    expect(document.maxSequences).toBe(Math.floor(kv.budgetBytes / (122 * block)));
  });

  test.each([
    ["whisper", "0.8.5", WHISPER, 1504],
    // a block is there in each of the 40 layers, whichever sequence it is for
    ["mllama", "0.10.0", 40 * LLAMA_LAYER, 6416],
  ] as const)("V0 gives %s of %s blocks of the one pool", (name, engineVersion, bytes, cross) => {
    const document = ask(name, { engine: "vllm", engineVersion, maxSeqLen: 4096 });
    const { kv } = first(document);
    expect(kv.bytesPerToken).toBe(bytes);
    expect(kv.bytesPerSequence).toBe((4096 + cross) * bytes);
    expect(document.maxSequences).toBe(Math.floor(document.kvTokens / (4096 + cross)));
  });
});

test("SGLang gives image tokens slots of its pool", () => {
  const document = ask("mllama", { engine: "sglang", maxSeqLen: 4096 });
  const { kv } = first(document);
  expect(kv.bytesPerToken).toBe(40 * LLAMA_LAYER);
  expect(document.maxSequences).toBe(Math.floor(document.kvTokens / (4096 + 6404)));
});

test("llama.cpp works out T5's cross-attention in every step and keeps nothing", () => {
  const { kv } = first(ask("t5", { engine: "llama.cpp", maxBatchSize: 1, maxSeqLen: 512 }));
  expect(kv.cross).toBeUndefined();
  // 24 layers · 2 · 32 · 64 · 2 B
  expect(kv.bytesPerSequence).toBe(512 * 24 * 8192);
});

describe("what an engine can't serve is refused in a sentence", () => {
  test.each([
    ["t5", "vllm", {}, "vllm 0.31.0 runs the cross-attention of t5 models."],
    ["mllama", "vllm", {}, "vllm 0.31.0 runs the cross-attention of mllama"],
    ["t5", "sglang", {}, "sglang 0.5.16 runs the cross-attention of t5 models."],
    ["whisper", "llama.cpp", {}, "llama.cpp b10867 runs the cross-attention of whisper models."],
    ["mllama", "tensorrt-llm", {}, "tensorrt-llm 1.2.1 runs the cross-attention of mllama"],
    [
      "whisper",
      "tensorrt-llm",
      { engineVersion: "1.3.0rc27", pp: 2 },
      "tensorrt-llm runs cross-attention in one pipeline stage",
    ],
  ] as const)("%s on %s %o", (name, engine, request, sentence) => {
    const document = ask(name, { engine, ...request });
    expect(document.fits).toBe(false);
    expect(document.reasons.map(({ text }) => text).join()).toContain(sentence);
  });

  test.each([
    ["t5", "1.3.0rc19"],
    ["whisper", "1.3.0rc27"],
  ] as const)("TensorRT-LLM's PyTorch backend serves %s from %s on", (name, engineVersion) => {
    expect(ask(name, { engineVersion }).reasons).toEqual([]);
    expect(ask(name, { engineVersion: "1.3.0rc18" }).fits).toBe(false);
  });

  test.each([
    [{ engine: "vllm", crossKvFraction: 0.5 }, "expected 0 for vllm, which has no pool of its own"],
    [{ crossKvFraction: 1 }, "expected a number between 0 and 1, got 1"],
    [{ crossKvFraction: -0.5 }, "expected a number between 0 and 1, got -0.5"],
  ])("%o", (request, sentence) => {
    expect(() => ask("whisper", request)).toThrow(InputError);
    expect(() => ask("whisper", request)).toThrow(sentence);
  });

  test("a share for a model that reads nothing else", () => {
    const llama = importPreset("meta-llama/Llama-3.1-8B");
    expect(() =>
      estimate({ ...LIMITS, crossKvFraction: 0.5 }, llama as NonNullable<typeof llama>),
    ).toThrow("expected 0 for a model without cross-attention, got 0.5");
  });

  test("a plan, which caps one pool only", async () => {
    const fleet = parseFleetFile(
      "fleet.yaml",
      "hosts: [{ name: box, gpus: [{ gpu: rtx-4090, count: 1 }] }]\nmodels: [{ name: a, model: ./w }]",
    );
    const files = new Map([["./w", crossModel("whisper")]]);
    await expect(planFleet({ file: "fleet.yaml", fleet, models: files })).rejects.toThrow(
      "expected a model without cross-attention, which only an estimate counts",
    );
  });
});

const math = create(all ?? {}, {});
for (const unit of ["token", "element", "layer", "graph", "cell"]) {
  math.createUnit(unit);
}

test("what is explained of it is what its law gives, in its unit", () => {
  const documents = [
    ask("whisper", { engine: "tensorrt-llm-engine", crossKvFraction: 0.3 }),
    ask("whisper", { engine: "tensorrt-llm-engine", engineVersion: "0.13.0" }),
    ask("mllama", { engine: "vllm", engineVersion: "0.10.0" }),
  ];
  const numbers = documents
    .flatMap((document) => explainEstimate(document).numbers)
    .filter(({ id }) => id.startsWith("cross-kv"));
  expect(numbers.map(({ id }) => id)).toEqual([
    "cross-kv-sequence",
    "cross-kv-pool",
    "cross-kv-sequence",
    "cross-kv-pool",
    "cross-kv-sequence",
  ]);
  for (const { id, law, symbols, value, unit } of numbers) {
    const scope = symbols.map(({ name, value: at }) => {
      const of = SYMBOLS[name]?.unit ?? "";
      return [name, of === "1" ? at : math.unit(at, of)];
    });
    // a block counts tokens, so blocks · tokens · bytes a token are bytes
    const bytes = math.evaluate(law, Object.fromEntries(scope));
    expect(Math.abs(Number(math.number(bytes as never, unit as never)) - value), id).toBeLessThan(
      1,
    );
  }
});
