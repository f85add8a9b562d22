import { expect, test } from "vitest";
import { importPreset } from "../catalog/catalog.ts";
import { estimate } from "./estimate.ts";
import type { EstimateRequest } from "./estimate-document.ts";

const CASES: readonly (readonly [EstimateRequest, weights: unknown, kvCache: unknown])[] = [
  // Ampere has no FP8 units: it holds FP8 and multiplies in 16 bits
  [{ engine: "vllm", gpu: "rtx-3090", quantization: "fp8" }, "16-bit", "bf16"],
  [{ engine: "vllm", gpu: "rtx-4090", quantization: "fp8" }, "fp8", "bf16"],
  [{ gpu: "rtx-3090", kvCacheDtype: "fp8" }, "bf16", "16-bit"],
  // neither says what attention multiplies in
  [{ gpu: "rtx-4090", kvCacheDtype: "fp8" }, "bf16", undefined],
  [{ gpu: "rtx-4090", quantization: "int4-awq" }, "16-bit", "bf16"],
  [{ gpu: "rtx-4090", quantization: "w4a8-awq" }, "fp8", "bf16"],
  [{ engine: "tensorrt-llm-engine", gpu: "rtx-3090", quantization: "int8-sq" }, "int8", "bf16"],
  [{ engine: "vllm", gpu: "rtx-3090", quantization: "nvfp4" }, "16-bit", "bf16"],
  // what can't run computes in nothing
  [{ gpu: "rtx-3090", quantization: "nvfp4" }, undefined, "bf16"],
];

test.each(CASES)("%o computes in %s and %s", (request, weights, kvCache) => {
  const spec = importPreset("meta-llama/Llama-3.1-8B");
  const { precision } = estimate(request, spec as never);
  expect(precision.weights.computes).toBe(weights);
  expect(precision.kvCache.computes).toBe(kvCache);
  expect(precision.weights.stores).toBe(request.quantization ?? "bf16");
  expect(precision.weights.sources).toHaveLength(weights === undefined ? 0 : 1);
});
