import { describe, expect, test } from "vitest";
import { importPreset } from "../catalog/catalog.ts";
import { estimate } from "../documents/estimate.ts";
import type { EstimateDocument } from "../documents/estimate-document.ts";
import type { ModelSpec } from "../model/model.ts";

const GIB = 2 ** 30;
const V3 = importPreset("deepseek-ai/DeepSeek-V3") as ModelSpec;

const at = (engineVersion: string): EstimateDocument =>
  estimate({ engine: "vllm", engineVersion, gpu: "h200-sxm-141gb", tp: 8, maxSeqLen: 65_536 }, V3);

const rank = (document: EstimateDocument): EstimateDocument["ranks"][number] => {
  const [first] = document.ranks;
  if (first === undefined) {
    throw new Error("no rank");
  }
  return first;
};

const bytesOf = (document: EstimateDocument, id: string): number =>
  rank(document).terms.find((term) => term.id === id)?.bytes ?? 0;

describe("vLLM on latent attention, by version", () => {
  test.each([
    // K and V of 16 heads of 256 in 61 layers, 2 bytes each
    ["0.6.6", 61 * 2 * 16 * 256 * 2],
    // the latent of 512 and 64
    ["0.7.1", 61 * 576 * 2],
    // the same in runs of 256 bytes: 1152 become 1280
    ["0.7.3", 61 * 1280],
    ["0.8.0", 61 * 576 * 2],
  ])("%s caches %d bytes a token", (version, bytes) => {
    expect(rank(at(version)).kv.bytesPerToken).toBe(bytes);
  });

  test("0.7 keeps absorbed matrices: what DeepSeek-V3's log says of its weights", () => {
    const [without, with1, after] = ["0.6.6", "0.7.3", "0.8.0"].map((version) =>
      bytesOf(at(version), "weights"),
    );
    // "Model loading took" 83.88 GiB (vllm-119)
    expect(Math.abs((with1 ?? 0) / GIB / 83.88 - 1)).toBeLessThan(0.002);
    // 61 layers of 16 heads · 512 by 1536 and by 7168 in FP8, 16 · 64 by 1536 and 16 · 256 by 512 in 16 bits
    const absorbed = 61 * (8192 * (1536 + 7168) + 2 * (1024 * 1536 + 4096 * 512));
    expect(Math.abs(((with1 ?? 0) - (without ?? 0)) / absorbed - 1)).toBeLessThan(0.001);
    expect(after).toBe(without);
  });

  test("0.7 cuts no prompt of such a model", () => {
    expect(at("0.7.3").maxNumTokens).toBe(65_536);
    const llama = importPreset("meta-llama/Llama-3.1-8B") as ModelSpec;
    const request = { engine: "vllm", engineVersion: "0.7.3", gpu: "h200-sxm-141gb" } as const;
    expect(estimate({ ...request, maxSeqLen: 65_536 }, llama).maxNumTokens).toBe(2048);
  });

  test("a warning says how little is known", () => {
    expect(at("0.7.3").warnings.join()).toContain("one posted log only");
    expect(at("0.8.0").warnings.join()).not.toContain("one posted log");
  });
});
