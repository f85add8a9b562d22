import { describe, expect, test } from "vitest";
import { importPreset } from "../catalog/catalog.ts";
import { engineById } from "../catalog/engine-catalog.ts";
import { factsFor } from "../engine/facts.ts";
import type { ModelSpec } from "../model/model.ts";
import { activationTerm } from "./activations.ts";
import type { MemoryTerm } from "./breakdown.ts";
import { communicationTerms } from "./communication.ts";
import { overheadTerms } from "./overhead.ts";
import { visionTerms } from "./vision-term.ts";

const MIB = 2 ** 20;

function model(id: string): ModelSpec {
  const spec = importPreset(id);
  if (spec === undefined) {
    throw new Error(`no preset ${id}`);
  }
  return spec;
}

function facts(id: string, version: string, tp = 1, computeCapability = "9.0") {
  const engine = engineById(id);
  if (engine === undefined) {
    throw new Error(`no engine ${id}`);
  }
  return factsFor(engine, {
    version,
    computeCapability,
    quantization: "bf16",
    memoryGiB: 79,
    tp,
  });
}

const load = (change: object) => ({
  maxNumTokens: 8192,
  maxBatchSize: 1024,
  maxSeqLen: 8192,
  tp: 1,
  ep: 1,
  pp: 1,
  isFirstStage: true,
  isLastStage: true,
  ...change,
});

describe("peaks of a step", () => {
  const llama = model("meta-llama/Llama-3.1-8B");
  test.each([
    // sampler: 30 MiB + 3.67 · 4 · 1024 · 128256 + 2 · 8192 · 4096; printed 1.89 GiB
    ["vllm", "0.19.0", {}, 1.89],
    // 9.62 copies before 0.17; printed 4.76 GiB
    ["vllm", "0.11.0", {}, 4.76],
    // a first stage has no sampler: 2 · 8192 · (4.44 · 4096 + 3 · 14336 + 2 · 4096); printed 1.05 GiB
    ["vllm", "0.19.0", { pp: 4, isLastStage: false }, 1.05],
    // V0, a prompt of 20000 at once: 2 · 20000 · (3.07 · 4096 + 3 · 14336); printed 2.07 GiB
    ["vllm", "0.6.4", { maxNumTokens: 20_000, maxBatchSize: 256 }, 2.07],
  ])("%s %s %o", (engine, version, change, gib) => {
    const term = activationTerm(llama, facts(engine, version), load(change));
    expect(Math.abs(term.bytes / 2 ** 30 / gib - 1)).toBeLessThan(0.02);
  });

  test("llama.cpp: logits and hidden states of 512 tokens, 258.5 and 304 MiB", () => {
    const buffer = (id: string): number =>
      activationTerm(
        model(id),
        facts("llama.cpp", "b8000"),
        load({ maxNumTokens: 512, maxBatchSize: 1 }),
      ).bytes / MIB;
    expect(buffer("meta-llama/Llama-3.1-8B")).toBe(258.5);
    expect(buffer("Qwen/Qwen2.5-7B")).toBe(304);
  });

  test.each([
    // beside 4 copies of hidden states and mask: 6 hidden- and 2 feed-forward-wide buffers, 28672 FP32 a token, or
    // logits and hidden states, 128256 + 2048; logs print 144.04, 302.55, 378.04 and 408.55 MiB
    ["meta-llama/Llama-3.2-1B", 8192, true, 144],
    ["meta-llama/Llama-3.2-1B", 8192, false, 302.5],
    ["meta-llama/Llama-3.2-3B", 32_768, true, 380],
    ["meta-llama/Llama-3.2-3B", 32_768, false, 408.5],
  ])(
    "llama.cpp on two cards: %s at %i cells, first card %s: %f MiB",
    (id, cells, isFirstStage, mib) => {
      const at = (version: string, maxBatchSize: number) =>
        activationTerm(
          model(id),
          facts("llama.cpp", version),
          load({
            maxNumTokens: 512,
            maxBatchSize,
            maxSeqLen: cells / maxBatchSize,
            pp: 2,
            isFirstStage,
            isLastStage: !isFirstStage,
          }),
        ).bytes / MIB;
      expect(at("b10867", 1)).toBe(mib);
      // four slots in one unified cache have the mask of all cells, in streams of their own a quarter of it
      expect(at("b7000", 4)).toBe(mib);
      expect(at("b10867", 4)).toBeLessThan(mib);
    },
  );

  test("TensorRT engine of Llama-3-8B, two ranks: 61.44 kB a token (boot log trt-048)", () => {
    const at = (maxNumTokens: number): number =>
      activationTerm(
        model("meta-llama/Meta-Llama-3-8B"),
        facts("tensorrt-llm-engine", "0.10.0"),
        load({ maxNumTokens, maxBatchSize: 1, tp: 2 }),
      ).bytes;
    // 2 · (4 · 4096 + 2 · 14336 / 2)
    expect(at(8193) - at(8192)).toBe(61_440);
  });
});

describe("all-reduce buffers beside NCCL (reference, section 2.6)", () => {
  const megabytes = (engine: string, version: string, tp: number): number => {
    const [term] = communicationTerms(facts(engine, version, tp), {
      ranks: tp,
      tp,
      hasPeerToPeer: true,
    });
    const { buffer_mib = 0, copies = 0 } = term?.values ?? {};
    return Math.round(buffer_mib * copies * tp);
  };
  test.each([
    ["tensorrt-llm", "1.1.0", 2, 122],
    ["tensorrt-llm", "1.1.0", 4, 122],
    ["tensorrt-llm", "1.1.0", 8, 244],
    ["tensorrt-llm", "1.3.0rc5", 2, 512],
    ["tensorrt-llm", "1.3.0rc5", 8, 2048],
    ["tensorrt-llm-engine", "1.0.0", 2, 61],
    ["tensorrt-llm-engine", "1.0.0", 4, 61],
    ["tensorrt-llm-engine", "1.0.0", 8, 122],
  ])("%s %s, %i ranks: %i MiB", (engine, version, tp, mib) => {
    expect(megabytes(engine, version, tp)).toBe(mib);
  });

  test("one rank has none, and without peer access there are no buffers", () => {
    const alone = { ranks: 1, tp: 1, hasPeerToPeer: true };
    expect(communicationTerms(facts("tensorrt-llm", "1.1.0"), alone)).toEqual([]);
    const [term] = communicationTerms(facts("tensorrt-llm", "1.1.0", 2), {
      ranks: 2,
      tp: 2,
      hasPeerToPeer: false,
    });
    expect(term?.bytes).toBe(384 * MIB);
  });
});

describe("a vision tower in a profile run", () => {
  const GIB = 2 ** 30;
  const activations = (bytes: number): MemoryTerm => ({
    id: "activations",
    bytes: bytes as MemoryTerm["bytes"],
    low: 0 as MemoryTerm["low"],
    high: bytes as MemoryTerm["high"],
    basis: "derived",
    law: "bytes",
    values: { bytes },
    sources: [],
    taken: "before-kv",
  });
  const terms = (
    id: string,
    engine: string,
    version: string,
    { isFirstStage = true, tp = 1, gib = 4, maxNumTokens = 8192 } = {},
  ) =>
    visionTerms(model(id), facts(engine, version), {
      maxNumTokens,
      maxBatchSize: 256,
      maxSeqLen: 8192,
      isFirstStage,
      tp,
      activations: activations(gib * GIB),
    });
  const GEMMA = "google/gemma-3-4b-it";
  const QWEN = "Qwen/Qwen3.5-9B";

  // 16,384 tokens of 4096, and 65,536 patches of 3 · 2 · 16² colours, 2 B each
  const KEPT = 2 * (16_384 * 4096 + 65_536 * 1536);
  // the colours, two hidden states of 1152 and 4304 before and behind the activation
  const tower = (tp: number): number => 2 * 65_536 * (1536 + 2 * 1152 + (2 * 4304) / tp);

  test("images and what was made of them stay beside a language model that takes more than the tower", () => {
    const [term] = terms(QWEN, "vllm", "0.20.0");
    expect(term).toMatchObject({ id: "vision", bytes: KEPT, high: 2 * KEPT });
  });

  test.each([1, 2])("else the tower's peak counts, %i ranks dividing its feed-forwards", (tp) => {
    const [term] = terms(QWEN, "vllm", "0.20.0", { tp, gib: 0.25 });
    expect(term?.bytes).toBe(tower(tp) - GIB / 4);
  });

  // 256 tokens an image: 32 in 8192, one in 100; 4096 patches of 3 · 14² each
  test.each([
    [8192, 32],
    [8191, 31],
    [100, 1],
  ])("%i tokens of a step are %i images of Gemma 3", (maxNumTokens, images) => {
    const [term] = terms(GEMMA, "vllm", "0.20.0", { maxNumTokens });
    expect(term?.bytes).toBe(2 * images * (256 * 2560 + 4096 * 588));
  });

  test("middle layers that are fed to the language model make vectors of their own", () => {
    const [term] = terms("Qwen/Qwen3-VL-4B-Instruct", "vllm", "0.20.0");
    expect(term?.values["features"]).toBe(4);
  });

  test("an engine whose profile nobody described: the encoder's output, and up to 7 buffers more", () => {
    // 2 B · 8192 tokens · 2560
    const [term] = terms(GEMMA, "tensorrt-llm", "1.2.1");
    expect(term).toMatchObject({ id: "vision", bytes: 41_943_040, low: 0, high: 8 * 41_943_040 });
    expect(term?.basis).toBe("assumed");
  });

  test.each([
    ["meta-llama/Llama-3.1-8B", "vllm", "0.19.0", true],
    [GEMMA, "vllm", "0.6.4", true],
    [GEMMA, "vllm", "0.19.0", false],
    [GEMMA, "tensorrt-llm-engine", "1.2.1", true],
    [GEMMA, "llama.cpp", "b8000", true],
  ])("none: %s, %s %s, first stage %s", (id, engine, version, isFirstStage) => {
    expect(terms(id, engine, version, { isFirstStage })).toEqual([]);
  });
});

describe("kernels of gated delta nets", () => {
  const runtime = (version: string, computeCapability: string, hasDeltaRule: boolean): number => {
    const [, term] = overheadTerms(facts("vllm", version, 1, computeCapability), {
      layers: 32,
      vocab: 248_320,
      weightBytes: 0,
      ranks: 1,
      tp: 1,
      hasPeerToPeer: true,
      maxBatchSize: 256,
      maxSeqLen: 8192,
      hasDeltaRule,
    });
    return (term?.bytes ?? 0) / MIB;
  };
  test.each([
    // tuned from 0.18 on; on Blackwell the driver kept memory for each multiprocessor until 0.19
    ["0.17.1", "12.0", 0],
    ["0.18.0", "12.0", 3600],
    ["0.18.0", "12.1", 1077],
    ["0.18.0", "8.9", 500],
    ["0.20.0", "12.0", 500],
    ["0.20.0", "9.0", 0],
  ])("vLLM %s, capability %s: %i MiB", (version, capability, mib) => {
    expect(runtime(version, capability, true) - runtime(version, capability, false)).toBe(mib);
  });
});

describe("CUDA graphs", () => {
  const graphs = (engine: string, version: string, maxBatchSize: number): number =>
    overheadTerms(facts(engine, version), {
      layers: 32,
      vocab: 128_256,
      weightBytes: 0,
      ranks: 1,
      tp: 1,
      hasPeerToPeer: true,
      maxBatchSize,
      maxSeqLen: 8192,
    }).find(({ id }) => id === "graphs")?.values["graphs"] ?? Number.NaN;
  test.each([
    // 1, 2, 4 and every 8: 8, 16, 24, 32
    ["tensorrt-llm", "1.2.1", 32, 7],
    // 1, 2, 4, 8, 16, 24, and 30 itself since 0.21
    ["tensorrt-llm", "1.2.1", 30, 7],
    ["tensorrt-llm", "0.20.0", 30, 6],
    ["tensorrt-llm", "1.2.1", 3, 3],
    ["tensorrt-llm", "1.2.1", 1, 1],
    // 3 + 128 / 8, and nothing above
    ["tensorrt-llm", "1.2.1", 2047, 19],
    ["vllm", "0.19.0", 30, 6],
  ])("%s %s, batches of %i: %i", (engine, version, batch, expected) => {
    expect(graphs(engine, version, batch)).toBe(expected);
  });
});
