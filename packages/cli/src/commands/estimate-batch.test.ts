import { type EstimateRequest, estimate, importPreset } from "@berth/core";
import { expect, test } from "vitest";
import { estimateJson } from "./estimate-batch-json.ts";
import { RepeatedAnswers } from "./estimate-batch-memory.ts";
import { inOrder } from "./estimate-batch-order.ts";

const REQUESTS: readonly EstimateRequest[] = [
  { gpu: "rtx-4090" },
  { gpu: "h100-sxm-80gb", tp: 4, pp: 3, maxSeqLen: 4096 },
  { gpu: "rtx-3090", tp: 3, engine: "vllm" },
];

test.each(REQUESTS)("an estimate's line is what JSON.stringify gives: %o", (request) => {
  const spec = importPreset("Qwen/Qwen3-8B");
  // quotes in a model's name don't end its text
  const document = { ...estimate(request, spec as never), quantization: '"ranks":[]' };
  expect(estimateJson(document)).toBe(JSON.stringify(document));
});

test("an answer is kept from its second time on", () => {
  const repeated = new RepeatedAnswers();
  let computed = 0;
  const ask = (): string =>
    repeated.answer("q", () => {
      computed += 1;
      return "a";
    });
  expect([ask(), ask(), ask(), ask()]).toEqual(["a", "a", "a", "a"]);
  expect(computed).toBe(2);
});

/** Resolves after so many turns of the event loop. */
async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}

async function* tasks(...turnsOf: number[]): AsyncGenerator<number> {
  yield* turnsOf;
}

test.each([1, 2, 10])("results keep the order of their tasks, %i at a time", async (most) => {
  let underWay = 0;
  let peak = 0;
  const begin = async (task: number): Promise<number> => {
    underWay += 1;
    peak = Math.max(peak, underWay);
    await turns(task);
    underWay -= 1;
    return task;
  };
  const got: number[] = [];
  for await (const result of inOrder(tasks(9, 1, 5, 0, 3), { begin, most })) {
    got.push(result);
  }
  expect(got).toEqual([9, 1, 5, 0, 3]);
  expect(peak).toBeLessThanOrEqual(most);
});

test("a result does not wait for the next task", async () => {
  let release: () => void = () => undefined;
  async function* slow(): AsyncGenerator<number> {
    yield 1;
    await new Promise<void>((resolve) => {
      release = resolve;
    });
    yield 2;
  }
  const results = inOrder(slow(), { begin: async (task) => task, most: 4 });
  expect(await results.next()).toEqual({ done: false, value: 1 });
  release();
  expect(await results.next()).toEqual({ done: false, value: 2 });
  expect(await results.next()).toMatchObject({ done: true });
});

test("a task that can't be had fails after the results before it", async () => {
  async function* broken(): AsyncGenerator<number> {
    yield 1;
    throw new Error("gone");
  }
  const results = inOrder(broken(), { begin: async (task) => task, most: 4 });
  expect(await results.next()).toEqual({ done: false, value: 1 });
  await expect(results.next()).rejects.toThrow("gone");
});
