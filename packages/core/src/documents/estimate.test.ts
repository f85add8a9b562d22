import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { gpuIds, importPreset, modelIds } from "../catalog/catalog.ts";
import { engineIds } from "../catalog/engine-catalog.ts";
import type { ModelSpec } from "../model/model.ts";
import { estimate } from "./estimate.ts";
import type { EstimateDocument, EstimateRequest } from "./estimate-document.ts";

const GIB = 2 ** 30;

function model(id: string): ModelSpec {
  const spec = importPreset(id);
  if (spec === undefined) {
    throw new Error(`no preset ${id}`);
  }
  return spec;
}

const ask = (id: string, request: EstimateRequest): EstimateDocument =>
  estimate(request, model(id));
const LLAMA = "meta-llama/Llama-3.1-8B";

describe("an engine's own defaults", () => {
  test.each([
    [
      { engine: "vllm", engineVersion: "0.21.0" },
      { kvFraction: 0.9, tokensPerBlock: 16 },
    ],
    [{ engine: "vllm" }, { kvFraction: 0.92, maxNumTokens: 8192, maxBatchSize: 1024 }],
    [
      { engine: "vllm", gpu: "rtx-4090" },
      { maxNumTokens: 2048, maxBatchSize: 256 },
    ],
    // V0 takes a whole prompt in one step, up to 32768
    [{ engine: "vllm", engineVersion: "0.6.6", maxSeqLen: 8000 }, { maxNumTokens: 8000 }],
    [{ engine: "vllm", engineVersion: "0.6.6", maxSeqLen: 65_536 }, { maxNumTokens: 2048 }],
    [{ engine: "tensorrt-llm-engine", engineVersion: "0.8.0" }, { kvFraction: 0.85 }],
    [{ engine: "tensorrt-llm-engine", engineVersion: "0.9.0" }, { kvFraction: 0.9 }],
    // 512 + 1.5 · 2048 + 128 + 2 · 24 MiB of 24564
    [
      { engine: "sglang", gpu: "rtx-4090" },
      { kvFraction: 0.847, maxNumTokens: 2048 },
    ],
    [{ engine: "sglang", gpu: "rtx-4090", tp: 4 }, { kvFraction: 0.827 }],
    [
      { engine: "llama.cpp", gpu: "rtx-4090" },
      { kvCacheDtype: "fp16", maxNumTokens: 512 },
    ],
  ])("%o", (request, expected) => {
    expect(ask(LLAMA, { gpu: "h100-sxm-80gb", ...request })).toMatchObject(expected);
  });
});

describe("vLLM", () => {
  test("refuses to start where less than its share is free", () => {
    const busy = { engine: "vllm", gpu: "rtx-4090", maxSeqLen: 2048, usedMiB: 4096 };
    expect(ask(LLAMA, { ...busy, kvFraction: 0.7 }).fits).toBe(true);
    expect(ask(LLAMA, { ...busy, kvFraction: 0.9 }).reasons).toMatchObject([
      { code: "memory-short" },
    ]);
  });

  test("where its share is too small for the model, that is said, and not that the card is", () => {
    const asked = { engine: "vllm", gpu: "rtx-3090", maxSeqLen: 8192, kvFraction: 0.6 };
    const [reason] = ask(LLAMA, asked).reasons;
    expect(reason).toMatchObject({ code: "memory-short" });
    expect(reason?.text).toMatch(
      /needs 15\.\d+ GiB on rtx-3090, of which a memory fraction of 0\.6000 lets the engine use 14\.1\d GiB\.$/,
    );
    expect(ask(LLAMA, { ...asked, gpu: "rtx-3060-12gb" }).reasons[0]?.text).toMatch(/GiB free\.$/);
  });

  test("other processes don't shrink its cache", () => {
    const asked = { engine: "vllm", gpu: "h100-sxm-80gb", kvFraction: 0.5, maxSeqLen: 2048 };
    expect(ask(LLAMA, { ...asked, usedMiB: 20_000 }).kvTokens).toBe(ask(LLAMA, asked).kvTokens);
  });
});

describe("llama.cpp", () => {
  const asked = { engine: "llama.cpp", gpu: "rtx-4090", quantization: "fp16", maxSeqLen: 8192 };

  test("holds what -c asks for, all sequences together", () => {
    expect(ask(LLAMA, { ...asked, maxBatchSize: 4 }).kvTokens).toBe(4 * 8192);
  });

  test("the embedding stays on the host", () => {
    const [rank] = ask(LLAMA, asked).ranks;
    const weights = rank?.terms.find(({ id }) => id === "weights")?.bytes ?? 0;
    // 8,030,261,248 parameters less 128256 · 4096
    expect(weights).toBe(2 * (8_030_261_248 - 128_256 * 4096));
  });

  test("q8_0 takes 34 bytes for 32 elements, q4_0 takes 18", () => {
    const perToken = (kvCacheDtype: string): number | undefined =>
      ask(LLAMA, { ...asked, kvCacheDtype }).ranks[0]?.kv.bytesPerToken;
    expect(perToken("fp16")).toBe(131_072);
    expect(perToken("q8_0")).toBe((131_072 / 2 / 32) * 34);
    expect(perToken("q4_0")).toBe((131_072 / 2 / 32) * 18);
  });

  test("divides no layer over cards", () => {
    expect(() => ask(LLAMA, { ...asked, tp: 2 })).toThrow(/tp: expected 1 for llama.cpp/);
  });

  test("what does not fit holds as much as there is room for", () => {
    const document = ask(LLAMA, { ...asked, maxSeqLen: 131_072 });
    expect(document.fits).toBe(false);
    expect(document.kvTokens).toBeGreaterThan(0);
    expect(document.kvTokens * 131_072).toBeLessThan(24 * GIB - 2 * 7e9);
  });
});

describe("recurrent layers", () => {
  const hybrid = "nvidia/NVIDIA-Nemotron-3-Nano-30B-A3B-BF16";

  test("a pipeline stage of them alone does not limit the cache", () => {
    const document = ask(hybrid, { gpu: "h100-sxm-80gb", pp: 6, maxBatchSize: 64 });
    const perToken = document.ranks.map(({ kv }) => kv.bytesPerToken);
    expect(Math.min(...perToken)).toBe(0);
    expect(document.kvTokens).toBeGreaterThan(0);
  });

  test("without a cache the batch is the limit", () => {
    const spec = model(hybrid);
    const layers = spec.layers.filter(({ layer }) => layer.attention.kind === "recurrent");
    const request = { gpu: "h100-sxm-80gb", maxBatchSize: 64 };
    expect(estimate(request, { ...spec, layers })).toMatchObject({
      fits: true,
      kvTokens: 0,
      maxSequences: 64,
    });
  });
});

describe("a model that was read by its fields", () => {
  const request = { gpu: "h100-sxm-80gb", maxSeqLen: 8192 };
  const known = ask(LLAMA, request);
  const read = estimate(request, { ...model(LLAMA), reading: "by-fields" });

  test("has the same values in wider bounds", () => {
    for (const [i, term] of (known.ranks[0]?.terms ?? []).entries()) {
      const wider = read.ranks[0]?.terms[i];
      expect(wider?.bytes).toBe(term.bytes);
      expect(wider?.lowBytes).toBeLessThanOrEqual(term.lowBytes);
      expect(wider?.highBytes).toBeGreaterThanOrEqual(term.highBytes);
    }
    expect(read.kvTokens).toBe(known.kvTokens);
    expect(read.kvTokensLow).toBeLessThan(known.kvTokensLow);
    expect(read.kvTokensHigh).toBeGreaterThan(known.kvTokensHigh);
  });

  test("its weights are off by 5 % at most", () => {
    const weights = read.ranks[0]?.terms.find(({ id }) => id === "weights");
    // 2 B · 8,030,261,248 parameters
    expect(weights).toMatchObject({
      basis: "assumed",
      lowBytes: Math.round(0.95 * 2 * 8_030_261_248),
      highBytes: Math.round(1.05 * 2 * 8_030_261_248),
    });
  });
});

const requests = fc.record({
  engine: fc.constantFrom(...engineIds()),
  gpu: fc.constantFrom(...gpuIds()),
  pp: fc.integer({ min: 1, max: 4 }),
  quantization: fc.constantFrom("bf16", "fp8", "int4-awq"),
  maxNumTokens: fc.integer({ min: 1, max: 65_536 }),
  maxBatchSize: fc.integer({ min: 1, max: 4096 }),
  maxSeqLen: fc.integer({ min: 1, max: 131_072 }),
});
const models = fc.constantFrom(...modelIds());

describe("whatever is asked, of any engine", () => {
  test("bounds enclose, and the chance to fit is one", () => {
    fc.assert(
      fc.property(models, requests, (id, request) => {
        const document = ask(id, request);
        expect(document.kvTokensLow).toBeLessThanOrEqual(document.kvTokens);
        expect(document.kvTokensHigh).toBeGreaterThanOrEqual(document.kvTokens);
        expect(document.fitProbability).toBeGreaterThanOrEqual(0);
        expect(document.fitProbability).toBeLessThanOrEqual(1);
      }),
    );
  });

  test("a law computes its term", () => {
    fc.assert(
      fc.property(models, requests, (id, request) => {
        for (const { law, values, bytes, id: name } of ask(id, request).ranks[0]?.terms ?? []) {
          expect(Math.abs(computed(law, values) - bytes), `${name}: ${law}`).toBeLessThanOrEqual(1);
        }
      }),
    );
  });

  test("more tokens a step never leave more cache, more context never fits more sequences", () => {
    fc.assert(
      fc.property(models, requests, fc.integer({ min: 1, max: 8192 }), (id, request, more) => {
        const base = ask(id, request);
        const steps = ask(id, { ...request, maxNumTokens: request.maxNumTokens + more });
        expect(steps.kvTokens).toBeLessThanOrEqual(base.kvTokens);
        const longer = ask(id, { ...request, maxSeqLen: request.maxSeqLen + more });
        expect(longer.maxSequences).toBeLessThanOrEqual(Math.max(base.maxSequences, 1));
      }),
    );
  });
});

/** A law's value: names are looked up, `^` is a power, and max is the only function. */
function computed(law: string, values: Readonly<Record<string, number>>): number {
  const names = ["max", ...Object.keys(values)];
  const body = `return ${law.replaceAll("^", "**")};`;
  return Number(new Function(...names, body)(Math.max, ...Object.values(values)));
}
