import {
  type EstimateDocument,
  type EstimateRequest,
  engineIds,
  estimate,
  gpuIds,
  InputError,
  importPreset,
  modelIds,
} from "@berth/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { JsonBytes, USUAL_ROOM } from "../io/json-bytes.ts";
import type { Line } from "../io/lines.ts";
import { createModelSource } from "../io/model-source.ts";
import { batchAnswers } from "./estimate-batch-answer.ts";
import { estimateJson } from "./estimate-batch-json.ts";
import { RepeatedAnswers } from "./estimate-batch-memory.ts";
import { inOrder } from "./estimate-batch-order.ts";
import { BatchPool } from "./estimate-batch-pool.ts";
import { Rooms } from "./estimate-batch-rooms.ts";

const json = (document: EstimateDocument): string => {
  const out = new JsonBytes();
  estimateJson(document, out);
  return Buffer.from(out.take()).toString();
};

function estimateOf(model: string, request: EstimateRequest): EstimateDocument | undefined {
  const spec = importPreset(model);
  try {
    return spec && estimate(request, spec);
  } catch (error) {
    expect(error).toBeInstanceOf(InputError);
    return undefined;
  }
}

const oneOf = <T>(...values: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...values);
/** Keys that only some engines take, one at a time: those that do not refuse it. */
const special: fc.Arbitrary<EstimateRequest> = oneOf<EstimateRequest>(
  { beamWidth: 4 },
  { gpuWeightsPercent: 0.25 },
  { attentionDp: true },
  { draftLayers: 1 },
  { tensorSplit: [1, 2.5], throughHost: true },
  { crossKvFraction: 0.25 },
);
const usual: fc.Arbitrary<EstimateRequest> = fc.record(
  {
    gpu: fc.oneof(oneOf(...gpuIds()), oneOf("rtx-3090,rtx-4090", "2xl4,rtx-4090")),
    engine: oneOf(...engineIds()),
    tp: oneOf(1, 2, 3, 16),
    pp: oneOf(1, 2, 3),
    usedMiB: fc.integer({ min: 0, max: 30_000 }),
    quantization: oneOf("bf16", "fp8", "int4-awq", "nvfp4"),
    kvCacheDtype: oneOf("auto", "fp8"),
    maxSeqLen: fc.integer({ min: 1, max: 200_000 }),
    maxNumTokens: fc.integer({ min: 1, max: 65_536 }),
    maxBatchSize: fc.integer({ min: 1, max: 4096 }),
    kvFraction: fc.double({ min: 0.01, max: 0.99, noNaN: true }),
  },
  { requiredKeys: ["gpu"] },
);
const requests = fc
  .tuple(usual, fc.option(special, { freq: 3, nil: {} }))
  .map(([request, more]) => ({ ...request, ...more }));

test("an estimate's line is what JSON.stringify gives, whatever is asked", () => {
  const seen = new Set<string>();
  const see = (key: string): void => void seen.add(key);
  fc.assert(
    fc.property(oneOf(...modelIds()), requests, (model, request) => {
      const document = estimateOf(model, request);
      if (document !== undefined) {
        expect(json(document)).toBe(JSON.stringify(document));
        Object.keys({ ...document, ...document.options }).forEach(see);
      }
    }),
    { numRuns: 1500 },
  );
  // keys that only some documents have were there
  for (const key of ["kvFraction", "beamWidth", "attentionDp", "tensorSplit"]) {
    expect(seen).toContain(key);
  }
});

test.each([
  [
    "openai/whisper-large-v3",
    '"cross":{',
    { gpu: "rtx-4090", engine: "tensorrt-llm-engine", beamWidth: 2 },
  ],
  [
    "meta-llama/Llama-3.1-8B",
    '"start":{',
    { gpu: "rtx-4090", engine: "tensorrt-llm", engineVersion: "1.3.0rc21" },
  ],
  ["Qwen/Qwen3-8B", '"ppPartition":[', { gpu: "rtx-3090", pp: 2, ppPartition: [20, 16] }],
  ["Qwen/Qwen3-8B", '{"rank":11,', { gpu: "h100-sxm-80gb", tp: 4, pp: 3, maxSeqLen: 4096 }],
])("and of what seldom comes: %s with %s", (model, part, request) => {
  const document = estimateOf(model, request);
  const line = json(document as EstimateDocument);
  expect(line).toContain(part);
  expect(line).toBe(JSON.stringify(document));
  // text of a user's own may hold anything
  const odd = { ...document, quantization: '"ranks":[]\\é\ud800', warnings: ["\n", "日本"] };
  expect(json(odd as EstimateDocument)).toBe(JSON.stringify(odd));
});

test("an answer is kept from its second time on", () => {
  const repeated = new RepeatedAnswers();
  const out = new JsonBytes();
  let computed = 0;
  for (let time = 0; time < 4; time += 1) {
    repeated.write("q", out, () => {
      computed += 1;
      out.name("a");
    });
  }
  expect(Buffer.from(out.take()).toString()).toBe('"a"'.repeat(4));
  expect(computed).toBe(2);
});

test("room of printed answers is used again, of an unusual size it is not", () => {
  const rooms = new Rooms();
  const usual = new Uint8Array(USUAL_ROOM);
  rooms.giveBack(usual.subarray(0, 3));
  rooms.giveBack(new Uint8Array(2 * USUAL_ROOM));
  rooms.giveBack(new Uint8Array());
  expect(rooms.take()).toBe(usual.buffer);
  expect(rooms.take()).toBeUndefined();
});

test("threads that are not ready get no lines", async () => {
  const pool = new BatchPool({ file: "-", folder: "." });
  pool.start();
  const taken = pool.take([], new Rooms());
  await pool.close();
  expect(taken).toBeUndefined();
});

test("lines of several tasks at once do not mix", async () => {
  const lines = (...ids: number[]): readonly Line[] =>
    ids.map((id) => ({
      text: JSON.stringify({ id, model: id % 2 === 0 ? "Qwen/Qwen3-8B" : "none", gpu: "rtx-4090" }),
      number: id,
      isCut: false,
    }));
  const answer = batchAnswers({ file: "-", folder: "." }, createModelSource());
  const answers = await Promise.all([answer(lines(1, 2)), answer(lines(3)), answer(lines(4, 5))]);
  const idsOf = ({ bytes }: { readonly bytes: Uint8Array }): readonly unknown[] =>
    Buffer.from(bytes)
      .toString()
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line).id);
  expect(answers.map(idsOf)).toEqual([[1, 2], [3], [4, 5]]);
  expect(answers.map(({ failed }) => failed)).toEqual([1, 1, 1]);
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
