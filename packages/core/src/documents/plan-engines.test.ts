import { describe, expect, test } from "vitest";
import { renderDeployment } from "../deploy/render.ts";
import { parseFleetFile } from "./fleet-file.ts";
import type { PlanDeployment, PlanDocument } from "./plan-document.ts";
import { planFleet } from "./plan-fleet.ts";
import { verifyPlan } from "./verify-plan.ts";

const plan = (yaml: string): Promise<PlanDocument> =>
  planFleet({ file: "fleet.yaml", fleet: parseFleetFile("fleet.yaml", yaml), nodeLimit: 20_000 });

const CARDS =
  "hosts: [{ name: box, gpus: [{ gpu: rtx-3090, count: 2 }, { gpu: rtx-4090, count: 2 }] }]";

const mixed = await plan(`${CARDS}
models:
  - { name: vllm, model: meta-llama/Llama-3.2-3B, engine: vllm, concurrency: 4, tp: 1, pp: 1, gpus: box:0 }
  - { name: old, model: Qwen/Qwen2.5-1.5B, engine: vllm, engineVersion: 0.5.4, tp: 1, pp: 1, gpus: box:0 }
  - { name: sglang, model: Qwen/Qwen2.5-3B, engine: sglang, concurrency: 4, tp: 2, pp: 1 }
  - { name: llama, model: Qwen/Qwen2.5-7B, engine: llama.cpp, kvCacheDtype: q8_0, concurrency: 4, pp: 2 }
  - { name: trt, model: Qwen/Qwen2.5-0.5B, engine: tensorrt-llm, concurrency: 4, tp: 1, pp: 1, gpus: box:0 }`);

function deployment(name: string): PlanDeployment {
  const found = mixed.deployments.find(({ model }) => model === name);
  if (found === undefined) {
    throw new Error(`${name} is not placed`);
  }
  return found;
}

describe("engines mixed on one fleet and on one card", () => {
  test("all are placed, several on one card", () => {
    expect(mixed.unplaced).toEqual([]);
    const engines = mixed.deployments
      .filter(({ gpus }) => gpus.includes("box:0"))
      .map(({ engine }) => engine.id);
    expect(new Set(engines).size).toBeGreaterThan(1);
  });

  test.each([
    { name: "vllm", knobs: ["gpuMemoryUtilization", "nullBlocks", "numGpuBlocks"] },
    { name: "sglang", knobs: ["memFractionStatic"] },
    { name: "llama", knobs: ["ctxSize", "parallel", "gpuLayers", "tensorSplit"] },
    { name: "trt", knobs: ["freeGpuMemFraction"] },
  ])("$name is told $knobs and nothing of another engine", ({ name, knobs }) => {
    const common = ["tokens", "maxTokens", "maxGpuTotalBytes"];
    expect(Object.keys(deployment(name).kv).sort()).toEqual([...common, ...knobs].sort());
  });

  test("vLLM's blocks are those of its sequences, and in V1 one that none of them gets", () => {
    // 4 sequences of 8192 tokens in blocks of 16; 1 in V0
    expect(deployment("vllm").kv.numGpuBlocks).toBe((4 * 8192) / 16 + 1);
    expect(deployment("old").kv.numGpuBlocks).toBe(8192 / 16);
  });

  test("llama.cpp has a slot a sequence, and its split names every layer and the head", () => {
    const { kv, stageLayers } = deployment("llama");
    expect(kv).toMatchObject({ ctxSize: 4 * 8192, parallel: 4, gpuLayers: 29 });
    expect(kv.tensorSplit).toEqual([stageLayers[0], (stageLayers[1] ?? 0) + 1]);
  });

  test("a launcher refuses what it does not start, and names the target that does", () => {
    const result = renderDeployment(mixed, "trtllm-serve");
    const texts = result.ok ? [] : result.refusals.map(({ text }) => text);
    expect(texts).toHaveLength(4);
    expect(texts.join("\n")).toMatch(
      /is planned for sglang, and this target starts tensorrt-llm only; use the target scripts, or plan the model/,
    );
  });
});

test("TensorRT engines beside another engine on a card are started in one order with it", async () => {
  const together = await plan(`${CARDS}
models:
  - { name: built, model: Qwen/Qwen2.5-1.5B, engine: tensorrt-llm-engine, tp: 1, pp: 1, gpus: box:0 }
  - { name: beside, model: Qwen/Qwen2.5-0.5B, engine: llama.cpp, pp: 1, gpus: box:0 }
  - { name: apart, model: Qwen/Qwen2.5-0.5B, engine: tensorrt-llm-engine, tp: 1, pp: 1, gpus: box:1 }`);
  const refused = renderDeployment(together, "vllm");
  expect(refused.ok ? [] : refused.refusals.map(({ text }) => text).join("\n")).toContain(
    "use the target scripts",
  );
  const result = renderDeployment(together, "scripts");
  const order = result.ok && result.artifacts.find(({ path }) => path === "start-all.sh")?.text;
  for (const { model } of together.deployments) {
    expect(order).toContain(model);
  }
});

/** The plan with what one engine is told changed. */
function told(name: string, change: (kv: PlanDeployment["kv"]) => Partial<PlanDeployment["kv"]>) {
  return {
    ...mixed,
    deployments: mixed.deployments.map((each) =>
      each.model === name ? { ...each, kv: { ...each.kv, ...change(each.kv) } } : each,
    ),
  };
}

test.each<[string, PlanDocument, RegExp]>([
  [
    "a share of the total that gives less",
    told("vllm", (kv) => ({ gpuMemoryUtilization: (kv.gpuMemoryUtilization ?? 0) - 0.01 })),
    /vllm#0 gets \d+ tokens from its fraction/,
  ],
  [
    "a share of the total that is not free",
    told("vllm", () => ({ gpuMemoryUtilization: 0.999 })),
    /vllm#0 refuses to start on box:0/,
  ],
  [
    "a share that forgets what others hold",
    told("old", (kv) => ({ gpuMemoryUtilization: (kv.gpuMemoryUtilization ?? 0) - 0.2 })),
    /old#0 gets \d+ tokens from its fraction/,
  ],
  [
    "a share of what is free before load that gives more",
    told("sglang", (kv) => ({ memFractionStatic: (kv.memFractionStatic ?? 0) + 0.01 })),
    /sglang#0 gets \d+ tokens from its fraction/,
  ],
  ["no fraction", told("trt", () => ({ freeGpuMemFraction: 2 })), /trt#0 has the fraction 2/],
  [
    "fewer cells than its slots need",
    told("llama", (kv) => ({ parallel: (kv.parallel ?? 0) + 1 })),
    /llama#0 has 32768 cells in 5 slots/,
  ],
  [
    "layers left on the host",
    told("llama", () => ({ gpuLayers: 20 })),
    /llama#0 puts 20 of 28 layers/,
  ],
  [
    "another cut",
    told("llama", () => ({ tensorSplit: [1, 3] })),
    /llama#0 cuts its layers into 8, 20/,
  ],
])("%s is found", (_, changed, problem) => {
  expect(verifyPlan(mixed)).toEqual([]);
  expect(verifyPlan(changed).join("\n")).toMatch(problem);
});

describe("what an engine can't be asked", () => {
  const one = (model: string) => plan(`${CARDS}\nmodels: [{ name: a, ${model} }]`);

  test("tensor parallel ranks of llama.cpp", async () => {
    await expect(one("model: Qwen/Qwen2.5-7B, engine: llama.cpp, tp: 2")).rejects.toThrow(
      "fleet.yaml: models[0].tp: expected 1 for llama.cpp, which deals out whole layers over pp cards, got 2",
    );
  });

  test("GGUF of a model that is no GGUF file", async () => {
    await expect(
      one("model: Qwen/Qwen2.5-7B, engine: llama.cpp, quantization: gguf"),
    ).rejects.toThrow(/expected gguf for a .gguf file only/);
  });

  test("more tensor parallel ranks for llama.cpp as a way out", async () => {
    const { unplaced } = await one("model: Qwen/Qwen2.5-72B, engine: llama.cpp, pp: 1");
    const text = JSON.stringify(unplaced[0]?.remedies);
    expect(unplaced).toHaveLength(1);
    expect(text).not.toMatch(/tensor parallel [2-9]/);
  });
});
