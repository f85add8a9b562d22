import { describe, expect, test } from "vitest";
import { parseFleetFile } from "../fleet-file.ts";
import type { FleetFile } from "../fleet-file-types.ts";
import type { PlanDocument } from "../plan-document.ts";
import { planFleet } from "../plan-fleet.ts";
import type { PlanInput } from "../plan-problem.ts";
import { verifyPlan } from "../verify-plan.ts";
import { withLoad } from "./asked-model.ts";
import { largestWhere } from "./largest-where.ts";
import { loadFrontier } from "./load-frontier.ts";
import { askLoad } from "./load-question.ts";

const input = (text: string): PlanInput => ({
  file: "fleet.yaml",
  fleet: parseFleetFile("fleet.yaml", text),
});

const asked = async (text: string, name = "a") => {
  const given = input(text);
  return { given, question: askLoad(given, await planFleet(given), name) };
};

const one = (keys: string, cards = "{ gpu: rtx-4090 }"): string =>
  `hosts: [{ name: box, gpus: [${cards}] }]\nmodels:\n  - { name: a, ${keys} }\n`;

/** The whole planner's word on a load: all of it, or nothing. */
async function planned(given: PlanInput, fleet: FleetFile): Promise<PlanDocument> {
  const plan = await planFleet({ ...given, fleet });
  expect(verifyPlan(plan)).toEqual([]);
  return plan;
}

const QWEN = "model: Qwen/Qwen2.5-0.5B, tp: 1, pp: 1, concurrency: 4";

/** Engines, windows, two cards, unequal ones, and a neighbour that can't give way. */
const CASES = {
  "TensorRT-LLM": one(QWEN),
  vLLM: one(`${QWEN}, engine: vllm`),
  SGLang: one(`${QWEN}, engine: sglang`),
  "llama.cpp": one(`${QWEN}, engine: llama.cpp`),
  "sliding windows": one(
    "model: google/gemma-3-12b-it, tp: 1, pp: 1, quantization: int4-awq, engine: vllm, concurrency: 2",
  ),
  "two cards": one(
    "model: Qwen/Qwen2.5-7B-Instruct, tp: 2, pp: 1, concurrency: 4",
    "{ gpu: rtx-4090, count: 2 }",
  ),
  "stages on unequal cards": one(
    "model: Qwen/Qwen2.5-7B-Instruct, tp: 1, pp: 2, concurrency: 4",
    "{ gpu: rtx-4090 }, { gpu: rtx-3090 }",
  ),
  "a neighbour": `${one(QWEN)}  - { name: b, model: Qwen/Qwen2.5-7B-Instruct, tp: 1, pp: 1, maxSeqLen: 4k, concurrency: 3 }\n`,
};

describe.each(Object.entries(CASES))("%s", (_, text) => {
  test("what fits is a plan, and one sequence more is none", async () => {
    const { given, question } = await asked(text);
    const { subject } = question;
    const most = question.most(subject.planned.maxSeqLen);
    const at = (sequences: number) => ({ ...subject.planned, sequences });
    expect(question.at(at(most))).toMatchObject({ fits: true, limit: undefined });
    expect(question.at(at(most + 1))).toMatchObject({ fits: false, limit: "memory" });
    expect(question.at(at(most + 1)).tightest?.leftBytes).toBeLessThan(0);
    const full = await planned(given, withLoad(given.fleet, "a", at(most)));
    expect(full.unplaced).toEqual([]);
    const over = await planned(given, withLoad(given.fleet, "a", at(most + 1)));
    expect(over.unplaced).toHaveLength(1);
  });

  test("the numbers of a point are those of its plan", async () => {
    const { given, question } = await asked(text);
    const point = { maxSeqLen: 3000, sequences: 2 };
    const verdict = question.at(point);
    const plan = await planned(given, withLoad(given.fleet, "a", point));
    const own = plan.deployments.find(({ model }) => model === "a");
    const { knob } = question.subject;
    expect(verdict.fits).toBe(true);
    expect(verdict.kvTokens).toBe(own?.kv.tokens);
    expect(verdict.kvBytes).toBe(own?.kv.maxGpuTotalBytes);
    expect(verdict.fraction).toBe(knob === undefined ? undefined : own?.kv[knob]);
  });
});

test("one token more than the longest sequence is none", async () => {
  const { question } = await asked(CASES.vLLM);
  const longest = question.longest(100);
  expect(question.at({ maxSeqLen: longest, sequences: 100 }).fits).toBe(true);
  expect(question.at({ maxSeqLen: longest + 1, sequences: 100 }).fits).toBe(false);
});

test("within a fraction, what fits takes that much at the most", async () => {
  const { question } = await asked(CASES["TensorRT-LLM"]);
  const { maxSeqLen } = question.subject.planned;
  const half = question.most(maxSeqLen, { mostFraction: 0.5 });
  expect(question.at({ maxSeqLen, sequences: half }).fraction).toBeLessThanOrEqual(0.5);
  expect(question.at({ maxSeqLen, sequences: half + 1 }).fraction).toBeGreaterThan(0.5);
  expect(half).toBeLessThan(question.most(maxSeqLen));
});

test("the frontier is exact at every point, and never rises in length", async () => {
  const { question } = await asked(CASES["TensorRT-LLM"]);
  const points = loadFrontier(question, 200, { points: 12 });
  expect(points.map(({ sequences }) => sequences)).toEqual(expect.arrayContaining([1, 200]));
  for (const [place, { sequences, maxSeqLen, kvTokens }] of points.entries()) {
    expect(maxSeqLen).toBe(question.longest(sequences));
    expect(maxSeqLen).toBeLessThanOrEqual(points[place - 1]?.maxSeqLen ?? maxSeqLen);
    // 32 tokens a block
    expect(kvTokens).toBe(sequences * Math.ceil(maxSeqLen / 32) * 32);
  }
});

test("replicas are asked together: the fullest card decides", async () => {
  const text = `hosts: [{ name: box, gpus: [{ gpu: rtx-4090 }, { gpu: rtx-3090 }] }]
models: [{ name: a, model: Qwen/Qwen2.5-7B-Instruct, tp: 1, pp: 1, replicas: 2, concurrency: 4 }]`;
  const { given, question } = await asked(text);
  const most = question.most(8192);
  const full = withLoad(given.fleet, "a", { maxSeqLen: 8192, sequences: most });
  expect(full.models[0]?.concurrency).toBe(2 * most);
  expect((await planned(given, full)).unplaced).toEqual([]);
  expect(question.at({ maxSeqLen: 8192, sequences: most + 1 }).fits).toBe(false);
});

test.each([
  {
    keys: `${QWEN}, maxBatchSize: 4`,
    point: { maxSeqLen: 512, sequences: 5 },
    limit: "batch-size",
  },
  { keys: QWEN, point: { maxSeqLen: 40_000, sequences: 1 }, limit: "context" },
])("$limit is said before memory", async ({ keys, point, limit }) => {
  const { question } = await asked(one(keys));
  expect(question.at(point)).toMatchObject({ fits: false, limit });
});

test("a least concurrency stays, as far as it can", () => {
  const { fleet } = input(one("model: Qwen/Qwen2.5-0.5B, concurrency: { least: 4, want: 8 }"));
  const wanted = (sequences: number) =>
    withLoad(fleet, "a", { maxSeqLen: 512, sequences }).models[0]?.concurrency;
  expect(wanted(6)).toEqual({ least: 4, want: 6 });
  expect(wanted(2)).toEqual({ least: 2, want: 2 });
});

test("a model without a place can't be asked about", async () => {
  const given = input(one(`${QWEN}, gpus: "box:9"`));
  const plan = await planFleet(given);
  expect(() => askLoad(given, plan, "a")).toThrow(/expected a model with a place/);
});

test.each([0, 1, 2, 31, 32, 99, 100])("the largest number that holds is found: %i", (limit) => {
  for (const guess of [1, 30, 100, 500]) {
    expect(largestWhere(100, (value) => value <= limit, guess)).toBe(limit);
  }
});
