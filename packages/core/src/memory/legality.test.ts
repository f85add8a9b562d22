import { expect, test } from "vitest";
import { importPreset } from "../catalog/catalog.ts";
import { engineById } from "../catalog/engine-catalog.ts";
import type { EngineId } from "../engine/engine.ts";
import { engineOfVersion } from "../engine/engine-of-version.ts";
import type { ModelSpec } from "../model/model.ts";
import { illegalities } from "./legality.ts";

/** 40 heads, 8 KV heads, feed-forwards of 27,648, a vocabulary of 152,064 = 2,376 · 64. */
const wide = preset("Qwen/Qwen2.5-32B-Instruct");
/** 14 heads, 2 KV heads, feed-forwards of 4,864 = 7 · 694 + 6, a vocabulary of 151,936. */
const narrow = preset("Qwen/Qwen2.5-0.5B");
/** One latent of all heads; 128 heads. */
const latent = preset("deepseek-ai/DeepSeek-V3");

function preset(id: string): ModelSpec {
  const model = importPreset(id);
  if (model === undefined) {
    throw new Error(`no preset ${id}`);
  }
  return model;
}

function codesOf(model: ModelSpec, tp: number, id: EngineId = "tensorrt-llm"): readonly string[] {
  const engine = engineById(id);
  if (engine === undefined) {
    throw new Error(`no engine ${id}`);
  }
  return illegalities({
    model,
    engine,
    weights: { ...model.stored, quantization: "bf16" },
    kvCacheDtype: "bf16",
    parallelism: { tp, pp: 1, ep: 1 },
    computeCapability: "9.0",
  }).map(({ code }) => code);
}

test.each<[string, ModelSpec, number, readonly string[]]>([
  ["KV heads dealt out: 8 over 4", wide, 4, []],
  ["KV heads copied: each of 2 on 7 ranks", narrow, 14, ["tp-divides-width"]],
  [
    "40 heads go over 5 ranks, 8 KV heads do not",
    wide,
    5,
    ["tp-divides-kv-heads", "tp-divides-width"],
  ],
  ["2 KV heads on 7 ranks are 3.5 copies", narrow, 7, ["tp-divides-kv-heads", "tp-divides-width"]],
  ["a latent is on every rank", latent, 16, []],
  [
    "neither heads nor anything else",
    narrow,
    3,
    ["tp-divides-heads", "tp-divides-kv-heads", "tp-divides-width"],
  ],
])("%s", (_, model, tp, codes) => {
  expect(codesOf(model, tp)).toEqual(codes);
});

test("5 ranks, heads and widths that divide, and only the vocabulary that does not", () => {
  const [group] = wide.layers;
  if (group === undefined || group.layer.attention.kind !== "full") {
    throw new Error("expected layers of full attention");
  }
  const { layer } = group;
  const model: ModelSpec = {
    ...wide,
    // 17,920 = 5 · 3,584; 32,001 is padded to 32,064 = 501 · 64, which leaves 4 over 5 ranks
    vocab: 32_001,
    layers: [
      {
        count: group.count,
        layer: {
          ...layer,
          attention: { ...group.layer.attention, heads: 40, kvHeads: 10 },
          feedForward: { kind: "dense", intermediate: 17_920, gated: true, bias: false },
        },
      },
    ],
  };
  expect(codesOf(model, 5, "vllm")).toEqual(["tp-divides-vocabulary"]);
  expect(codesOf(model, 5, "sglang")).toEqual(["tp-divides-vocabulary"]);
  // TensorRT-LLM pads to 5 · 6,401 rows
  expect(codesOf(model, 5, "tensorrt-llm")).toEqual([]);
  expect(codesOf(model, 5, "tensorrt-llm-engine")).toEqual([]);
  // 32,064 = 2 · 16,032
  expect(codesOf(model, 2, "vllm")).toEqual([]);
});

// vLLM keeps its cache in NVFP4 since 0.21, on 10.x only, and takes MXFP4 weights since 0.10.1
test.each([
  ["0.20.0", "10.0", ["kv-dtype-unsupported"]],
  ["0.21.0", "10.0", []],
  ["0.25.1", "12.0", ["kv-dtype-unsupported"]],
  ["0.10.0", "10.0", ["precision-unsupported", "kv-dtype-unsupported"]],
  ["0.10.1", "10.0", ["kv-dtype-unsupported"]],
])("what vLLM %s runs on %s", (version, computeCapability, codes) => {
  const vllm = engineById("vllm");
  if (vllm === undefined) {
    throw new Error("no vLLM");
  }
  const answers = illegalities({
    model: wide,
    engine: engineOfVersion(vllm, version),
    weights: WEIGHTS,
    kvCacheDtype: "nvfp4",
    parallelism: { tp: 1, pp: 1, ep: 1 },
    computeCapability,
  });
  expect(answers.map(({ code }) => code)).toEqual(codes);
});

/** One for all: answers are remembered by it, and must not be for another version. */
const WEIGHTS = { ...wide.stored, quantization: "mxfp4" } as const;
