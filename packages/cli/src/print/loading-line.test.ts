import { describe, expect, test } from "vitest";
import { planFor } from "../../../../test/fixtures/deploy-plans.ts";
import { loadingLine } from "./loading-line.ts";

const GIB = 2 ** 30;
const STAGE = "[TensorRT-LLM][INFO] Loading weights concurrently: 61%|######| 17/28";

function line(engine: string, gpus: readonly string[], width: number, stage = STAGE): string {
  const plan = planFor("trtllm-serve");
  const [card] = plan.gpus;
  if (card === undefined) {
    throw new Error("expected a card");
  }
  const cards = gpus.map((gpu, at) => ({ gpu, freeBytes: (12.3 + at) * GIB, holders: [] }));
  return loadingLine(
    { event: "loading", engine, elapsedMs: 83_400, stage, cards },
    { ...plan, gpus: gpus.map((id) => ({ ...card, id, memoryBytes: 24 * GIB })) },
    width,
  );
}

describe("the line of an engine that loads", () => {
  test.each([
    {
      width: 120,
      expected:
        "llama-8b  83.4 s  box1:0 [##########··········] 12.3 GiB free  [TensorRT-LLM][INFO] Loading weights concurrently: 61%|…",
    },
    {
      width: 80,
      expected: "llama-8b  83.4 s  box1:0 [##########··········] 12.3 GiB free  [TensorRT-LLM][…",
    },
    { width: 60, expected: "llama-8b  83.4 s  box1:0 [###···] 12.3 GiB free  [TensorRT…" },
  ])("at $width columns", ({ width, expected }) => {
    expect(line("llama-8b", ["box1:0"], width)).toBe(expected);
  });

  test("shortens names where short bars are not enough, never the number of a card", () => {
    const text = line("mistral-7b-instruct-replica-3", ["inference-box-of-the-lab:11"], 60);
    expect(text).toBe("mistr…  83.4 s  in…:11 [###···] 12.3 GiB free  [TensorRT-L…");
  });

  test("shows the fullest cards where not all have a place, and says how many more there are", () => {
    const cards = Array.from({ length: 8 }, (_, at) => `box1:${at}`);
    expect(line("llama-70b", cards, 80)).toBe(
      "llama-70b  83.4 s  box1:0 [#######·······] 12.3 GiB free  +7 more  [TensorRT-L…",
    );
    expect(line("llama-70b", cards.slice(0, 2), 120)).toContain("box1:1 [");
  });

  test("is a line without a stage, too, and without a card that nvidia-smi knows", () => {
    expect(line("llama-8b", [], 60, "")).toBe("llama-8b  83.4 s");
  });

  test.each([60, 80, 120])("never reaches the last of %i columns, whatever the names", (width) => {
    for (const length of [1, 8, 40, 200]) {
      for (const count of [0, 1, 2, 4, 16]) {
        const cards = Array.from({ length: count }, (_, at) => `${"é".repeat(length)}:${at}`);
        for (const stage of ["", "ok", STAGE]) {
          const text = line("x".repeat(length), cards, width, stage);
          expect([...text].length).toBeLessThan(width);
          // as much as can be told always is
          expect(text).toContain("83.4 s");
          expect(count === 0 || text.includes("GiB free")).toBe(true);
          expect(text.includes("ok") || stage !== "ok").toBe(true);
        }
      }
    }
  });
});
