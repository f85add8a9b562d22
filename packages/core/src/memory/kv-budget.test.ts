import { describe, expect, test } from "vitest";
import { llamaCpp } from "../engine/llama-cpp.ts";
import { sglang } from "../engine/sglang.ts";
import { tensorrtLlm } from "../engine/tensorrt-llm.ts";
import { vllmRules } from "../engine/vllm.ts";
import { bytes } from "../units/units.ts";
import type { MemoryTerm, TermId } from "./breakdown.ts";
import { kvBudget } from "./kv-budget.ts";

const GIB = 2 ** 30;

function term(id: TermId, gib: number, spread = 0): MemoryTerm {
  return {
    id,
    bytes: bytes(Math.round(gib * GIB)),
    low: bytes(Math.round((gib - spread) * GIB)),
    high: bytes(Math.round((gib + spread) * GIB)),
    basis: "derived",
    law: "",
    values: {},
    sources: [],
    taken: "before-kv",
  };
}

const gib = (value: number): number => Number((value / GIB).toFixed(6));
const room = (total: number, used: number, fraction: number) => ({
  totalBytes: total * GIB,
  usedBytes: used * GIB,
  fraction,
});

describe("one fraction, five meanings: 24 GiB, 2 GiB held by others, weights 8, activations 1, context 0.5", () => {
  const terms = [term("weights", 8), term("activations", 1), term("context", 0.5)];
  const card = room(24, 2, 0.5);
  test.each([
    ["TensorRT-LLM: 0.5 · (24 − 2 − 9.5)", tensorrtLlm, 6.25],
    ["vLLM V1: 0.5 · 24 − 9, context and others beside it", vllmRules("0.19.0"), 3],
    ["vLLM 0.6.4: 0.5 · 24 − 2 − 9.5", vllmRules("0.6.4"), 0.5],
    ["SGLang: 0.5 · (24 − 2 − 0.5) − 8, activations beside it", sglang, 2.75],
    ["llama.cpp: what is left, 24 − 2 − 9.5", llamaCpp, 12.5],
  ])("%s", (_, rules, expected) => {
    expect(gib(kvBudget(rules, card, terms).value)).toBe(expected);
  });
});

test("SGLang: 0.8 of 23.08 GiB before the load, less 7.08 (boot log sgl-003: 11.38)", () => {
  const budget = kvBudget(sglang, room(23.08, 0, 0.8), [term("weights", 7.08)]);
  expect(gib(budget.value)).toBeCloseTo(11.384, 6);
});

test("distances of independent terms add up as squares: 3 and 4 give 5", () => {
  const budget = kvBudget(tensorrtLlm, room(100, 0, 0.5), [
    term("activations", 10, 3),
    term("runtime", 10, 4),
  ]);
  expect([budget.low, budget.value, budget.high].map(gib)).toEqual([37.5, 40, 42.5]);
});

test("graphs come off vLLM's share from 0.21 on", () => {
  const terms = [term("graphs", 1)];
  expect(gib(kvBudget(vllmRules("0.20.0"), room(10, 0, 0.9), terms).value)).toBe(9);
  expect(gib(kvBudget(vllmRules("0.21.0"), room(10, 0, 0.9), terms).value)).toBe(8);
});
