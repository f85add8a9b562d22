import { type EstimateRequest, estimate, importPreset } from "@berth/core";
import { bench, describe } from "vitest";

/** 1000 lines of a batch: models, cards, engines, layouts and limits in turn. */
const LINES: readonly (EstimateRequest & { readonly model: string })[] = Array.from(
  { length: 1000 },
  (_, i) => ({
    id: `line-${i}`,
    model: pick(["meta-llama/Llama-3.1-8B", "Qwen/Qwen3-30B-A3B", "deepseek-ai/DeepSeek-V3"], i),
    engine: pick(["tensorrt-llm", "tensorrt-llm-engine", "vllm", "sglang"], i),
    gpu: pick(["rtx-3090", "rtx-4090", "h100-sxm-80gb", "l40s-48gb", "a100-sxm-80gb"], i),
    tp: pick([1, 2, 4, 8], i),
    quantization: pick(["bf16", "fp8", "int4-awq"], i),
    maxSeqLen: 1024 + 128 * (i % 64),
    maxNumTokens: 512 * (1 + (i % 16)),
    maxBatchSize: 8 * (1 + (i % 32)),
  }),
);

function pick<T>(of: readonly [T, ...T[]], i: number): T {
  return of[i % of.length] ?? of[0];
}

describe("estimate", () => {
  bench("1000 batch lines, read and printed as JSON", () => {
    for (const line of LINES) {
      const { model, ...request } = JSON.parse(JSON.stringify(line)) as (typeof LINES)[number];
      const spec = importPreset(model);
      if (spec !== undefined) {
        JSON.stringify(estimate(request, spec));
      }
    }
  });
});
