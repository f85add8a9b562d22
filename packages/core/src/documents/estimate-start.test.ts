import { evaluate } from "mathjs";
import { describe, expect, test } from "vitest";
import { importPreset } from "../catalog/catalog.ts";
import { resumableSequences } from "../memory/resumable-sequences.ts";
import { estimate } from "./estimate.ts";
import type { EstimateDocument, EstimateRequest } from "./estimate-document.ts";
import { explainEstimate } from "./explain.ts";

function ask(id: string, request: EstimateRequest): EstimateDocument {
  const model = importPreset(id);
  if (model === undefined) {
    throw new Error(`no preset ${id}`);
  }
  return estimate({ gpu: "h100-sxm-80gb", maxSeqLen: 1024, ...request }, model);
}

const LLAMA = "meta-llama/Llama-3.1-8B";

test.each([
  // ten sequences of 100: the tenth would start beside 900 of 1000, which is no more than 0.95
  { tokens: 1000, share: 0.95, expected: 10 },
  // forty: beside 39 of 40 none starts, beside 38 one does
  { tokens: 4000, share: 0.95, expected: 39 },
  { tokens: 99, share: 0.95, expected: 0 },
  { tokens: 1000, share: 1, expected: 10 },
])(
  "$tokens tokens, start beside at most $share: $expected of 100",
  ({ tokens, share, expected }) => {
    expect(resumableSequences(tokens, { perSequence: 100, share })).toBe(expected);
  },
);

describe("TensorRT-LLM's KV cache manager V2", () => {
  const version = { engineVersion: "1.3.0rc24" };

  test("lets no sequence start above 0.95 of its pool, and the law says so", () => {
    const document = ask(LLAMA, version);
    const whole = Math.floor(document.kvTokens / 1024);
    expect(document.start).toEqual({ share: 0.95, tokensPerSequence: 1024 });
    expect(document.maxSequences).toBe(Math.floor((0.95 * document.kvTokens) / 1024) + 1);
    expect(document.maxSequences).toBeLessThan(whole);
    const number = explainEstimate(document).numbers.find(({ id }) => id === "sequences");
    const scope = Object.fromEntries(number?.symbols.map(({ name, value }) => [name, value]) ?? []);
    expect(evaluate(number?.law ?? "0", scope)).toBe(document.maxSequences);
  });

  test.each([
    ["an older version", LLAMA, {}],
    ["a family that keeps V1", "Qwen/Qwen2.5-7B-Instruct", version],
    ["more beams than one", LLAMA, { ...version, beamWidth: 2 }],
    ["another engine", LLAMA, { engine: "vllm" }],
  ])("%s has no such limit", (_, id, request) => {
    expect(ask(id, request).start).toBeUndefined();
  });

  test("is the default of every hybrid", () => {
    const hybrid = "nvidia/NVIDIA-Nemotron-3-Nano-30B-A3B-BF16";
    expect(ask(hybrid, version).start?.share).toBe(0.95);
  });
});
