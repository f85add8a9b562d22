import { describe, expect, test } from "vitest";
import { importPreset } from "../catalog/catalog.ts";
import { estimate } from "../documents/estimate.ts";
import type { EstimateDocument } from "../documents/estimate-document.ts";

const GPT_OSS = "openai/gpt-oss-20b";
/** 12 of its 24 layers have a window; K and V of 8 heads of 64 in 16 bits each. */
const HALF_LAYERS = 12 * 2 * 8 * 64 * 2;

function held(version: string, changes: object = {}): EstimateDocument {
  const spec = importPreset(GPT_OSS);
  if (spec === undefined) {
    throw new Error(`${GPT_OSS} is in the catalogue`);
  }
  return estimate(
    {
      engine: "sglang",
      engineVersion: version,
      gpu: "h100-sxm-80gb",
      kvCacheDtype: "bf16",
      maxSeqLen: 8192,
      ...changes,
    },
    spec,
  );
}

const bytesPerToken = (document: EstimateDocument): number =>
  document.ranks[0]?.kv.bytesPerToken ?? 0;

describe("SGLang's pool for layers with a window", () => {
  const one = held("0.5.8");
  const two = held("0.5.16");

  test("a token costs all of the full layers and 0.8 of the others, in whole bytes", () => {
    expect(bytesPerToken(one)).toBe(2 * HALF_LAYERS);
    expect(bytesPerToken(two)).toBe(Math.ceil(1.8 * HALF_LAYERS));
  });

  test("the same memory holds 1 / 0.9 times the tokens", () => {
    expect(two.kvTokens / one.kvTokens).toBeCloseTo(1 / 0.9, 4);
  });

  test("both pools together stay in the budget, and each holds every sequence that is promised", () => {
    const windowTokens = Math.floor(0.8 * two.kvTokens);
    const budget = two.ranks[0]?.kv.budgetBytes ?? 0;
    expect((two.kvTokens + windowTokens) * HALF_LAYERS).toBeLessThanOrEqual(budget);
    expect(two.maxSequences).toBe(Math.floor(windowTokens / 8192));
    expect(two.maxSequences).toBeGreaterThan(0);
  });

  test.each([
    ["compute capability 10, whose kernels read one pool", { gpu: "gb300" }],
    ["a model without windows", {}, "meta-llama/Llama-3.1-8B"],
  ])("not on %s", (_, changes, model = GPT_OSS) => {
    const spec = importPreset(model);
    const request = {
      engine: "sglang",
      gpu: "h100-sxm-80gb",
      maxSeqLen: 4096,
      ...changes,
    } as const;
    const tokensOf = (engineVersion: string) =>
      spec && estimate({ ...request, engineVersion }, spec).kvTokens;
    expect(tokensOf("0.5.16")).toBe(tokensOf("0.5.8"));
    expect(tokensOf("0.5.16")).toBeGreaterThan(0);
  });
});
