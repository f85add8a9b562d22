import { describe, expect, test } from "vitest";
import { countParameters, countPart, countUnread } from "../model/params.ts";
import { GIB, mib } from "../units/units.ts";
import {
  gpuById,
  gpuIds,
  importPreset,
  matchGpuName,
  modelIds,
  modelPreset,
  sources,
} from "./catalog.ts";
import { MODELS } from "./data.gen.ts";

describe("GPUs", () => {
  test("a row's MiB are bytes inside, with their source", () => {
    const gpu = gpuById("rtx-4090");
    expect(gpu?.memory.value).toBe(24564 * 1024 ** 2);
    expect(gpu?.cudaVisible.value).toBe(mib(24092));
    expect(sources()[gpu?.cudaVisible.source ?? ""]?.title).toBeTruthy();
    expect(gpu?.computeCapability).toBe("8.9");
    expect(gpu?.denseTflops.bf16?.value).toBe(165.2);
  });

  test("every row becomes a card that CUDA sees less of than nvidia-smi prints", () => {
    expect(gpuIds().length).toBeGreaterThanOrEqual(5);
    for (const id of gpuIds()) {
      const gpu = gpuById(id);
      expect(gpu?.memory.value).toBeGreaterThan(4 * GIB);
      expect(gpu?.cudaVisible.value).toBeLessThanOrEqual(gpu?.memory.value ?? 0);
    }
  });

  test("an id that no one knows is undefined", () => {
    expect(gpuById("rtx-9999")).toBeUndefined();
    expect(gpuById("constructor")).toBeUndefined();
  });

  test.each([
    { printed: "NVIDIA GeForce RTX 3090", memory: undefined, id: "rtx-3090" },
    { printed: "  nvidia geforce  rtx 4090 ", memory: 24564, id: "rtx-4090" },
    { printed: "NVIDIA H100 80GB HBM3", memory: 81559, id: "h100-sxm-80gb" },
    { printed: "NVIDIA GeForce RTX 3080", memory: 10240, id: "rtx-3080" },
    { printed: "NVIDIA GeForce RTX 3080", memory: 12288, id: "rtx-3080-12gb" },
    { printed: "NVIDIA GeForce RTX 3080", memory: undefined, id: undefined }, // two sizes
    { printed: "NVIDIA GeForce RTX 9999", memory: undefined, id: undefined },
  ])("$printed with $memory MiB is $id", ({ printed, memory, id }) => {
    expect(matchGpuName(printed, memory)?.id).toBe(id);
  });
});

describe("models", () => {
  test.each(MODELS)("$id imports, and has as many parameters as others counted", (row) => {
    const model = importPreset(row.id);
    expect(model).toBeDefined();
    if (model !== undefined && row.parameters !== undefined) {
      expect(countParameters(model).total).toBe(row.parameters[0]);
    }
  });

  const rounded = MODELS.flatMap(({ id, roundedParameters }) =>
    roundedParameters === undefined ? [] : [{ id, written: roundedParameters[0] }],
  );

  test.each(rounded)(
    "$id has $written parameters, to the last digit written",
    ({ id, written }) => {
      const [, digits = "", decimals = "", scale] = /^(\d+(?:\.(\d+))?)([BT])$/.exec(written) ?? [];
      const one = scale === "T" ? 1e12 : 1e9;
      const model = importPreset(id);
      const total = model === undefined ? 0 : countParameters(model).total;
      expect(Math.abs(total - Number(digits) * one)).toBeLessThan(one / 10 ** decimals.length);
    },
  );

  // llama-cpp-parameter-counts: without towers, with K and V that no layer reads, a scale a layer, 256 rotary factors
  test.each([
    { id: "google/gemma-4-E2B", printed: 4_647_450_147, beside: 35 + 256, unit: 1 },
    { id: "google/gemma-4-E4B", printed: 7_518_069_290, beside: 42 + 256, unit: 1 },
    { id: "google/gemma-3n-E2B-it", printed: 4.46e9, beside: 0, unit: 0.01e9 },
    { id: "google/gemma-3n-E4B-it", printed: 6.87e9, beside: 0, unit: 0.01e9 },
  ])("$id has the $printed parameters that llama.cpp counts", ({ id, printed, beside, unit }) => {
    const model = importPreset(id);
    expect(model).toBeDefined();
    if (model !== undefined) {
      const text =
        countParameters(model).total - countPart(model, "vision") - countPart(model, "audio");
      expect(Math.abs(text + countUnread(model) + beside - printed)).toBeLessThan(unit);
    }
  });

  test("MiniMax M3 is read as M3, though its text part calls itself minimax_m2", () => {
    const model = importPreset("MiniMaxAI/MiniMax-M3");
    expect(model?.family).toBe("minimax_m3_vl_text");
    expect(model?.layers.map(({ count, layer }) => [count, layer.feedForward.kind])).toEqual([
      [3, "dense"],
      [57, "moe"],
    ]);
  });

  test("an alias gives the same model under its own name, and the case of letters does not matter", () => {
    const model = importPreset("meta-llama/Meta-Llama-3.1-8B");
    expect(model?.id).toBe("meta-llama/Meta-Llama-3.1-8B");
    expect(modelPreset("META-LLAMA/llama-3.1-8b")?.id).toBe("meta-llama/Llama-3.1-8B");
    expect(importPreset("meta-llama/Meta-Llama-3.1-8B")).toBe(model);
  });

  test("a model that no one knows is undefined", () => {
    expect(importPreset("nobody/nothing")).toBeUndefined();
  });

  test("ids are sorted and without aliases", () => {
    expect(modelIds()).toEqual([...modelIds()].sort());
    expect(modelIds()).not.toContain("meta-llama/Meta-Llama-3.1-8B");
  });
});
