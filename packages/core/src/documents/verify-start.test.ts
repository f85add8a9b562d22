import { expect, test } from "vitest";
import type { PlanDeployment, PlanGpu } from "./plan-document.ts";
import { knobProblems } from "./verify-start.ts";

/** SGLang with a fraction that gives 12,288.9995 tokens. */
function sglang(tokens: number): PlanDeployment {
  const rank = {
    rank: 0,
    gpu: "h:0",
    freeAtStartBytes: 6_466_156_241,
    freeForKvBytes: 4_503_386_165,
    terms: [{ id: "context", taken: "before-kv", plannedBytes: 727_411_298 }],
    kv: { budgetBytes: tokens * 12_288, bytesPerToken: 12_288 },
  };
  return {
    engine: { id: "sglang", version: "0.5.16" },
    tokensPerBlock: 1,
    kv: { tokens, maxTokens: tokens, memFractionStatic: 0.24158 },
    ranks: [rank],
  } as unknown as PlanDeployment;
}

const GPUS: ReadonlyMap<string, PlanGpu> = new Map();

test("the tokens of SGLang's fraction are whole ones, however near the next one is", () => {
  expect(knobProblems(sglang(12_288), GPUS)).toEqual([]);
});

test("a token less or more than the fraction gives is told", () => {
  const told = (tokens: number) => [`gets 12288 tokens from its fraction instead of ${tokens}`];
  expect(knobProblems(sglang(12_287), GPUS)).toEqual(told(12_287));
  expect(knobProblems(sglang(12_290), GPUS)).toEqual(told(12_290));
});
