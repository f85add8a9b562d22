import { describe, expect, test } from "vitest";
import { importPreset } from "../catalog/catalog.ts";
import { MIB } from "../units/units.ts";
import { allocatorRest } from "./allocator-rest.ts";

const RULES = { cutsEmbedding: true, zeroPointBits: 4, vocabularyPadding: 64 };

function restOf(id: string, tp: number, mostRestMiB: number): number {
  const model = importPreset(id);
  if (model === undefined) {
    throw new Error(`no ${id}`);
  }
  const parallelism = { tp, pp: 1, ep: 1 };
  const layout = { model, weights: model.stored, parallelism, rules: RULES };
  return allocatorRest(layout, 0, mostRestMiB * MIB) / MIB;
}

describe("what PyTorch's allocator adds to weights", () => {
  // 28 layers of 18944 and 3584: gate and up 259 MiB → 260, down 129.5 → 130, q, k and v 31.5 → 32; o 24.5 → 26 is
  // split, 1.5 MiB being more than 1; embedding and head 1039.5 → 1040 each
  test("Qwen2-7B on one card: 28 · (1 + 0.5 + 0.5) + 2 · 0.5", () => {
    expect(restOf("Qwen/Qwen2-7B", 1, 1)).toBe(57);
  });

  test("where every rest counts, 1.5 MiB of each output projection too", () => {
    expect(restOf("Qwen/Qwen2-7B", 1, 2)).toBe(57 + 28 * 1.5);
  });

  // 48 layers of 13824 and 5120, half of each: 135 → 136, 67.5 → 68, 35 → 36, 25 → 26; embedding and head 742.5 → 744
  test("a 14B on two cards: 48 · 3.5 MiB, the halves of the vocabulary being split", () => {
    expect(restOf("deepseek-ai/DeepSeek-R1-Distill-Qwen-14B", 2, 1)).toBe(168);
  });

  test("nothing where all sizes are whole steps of 2 MiB", () => {
    expect(restOf("meta-llama/Llama-3.1-8B", 1, 1)).toBe(0);
  });
});
