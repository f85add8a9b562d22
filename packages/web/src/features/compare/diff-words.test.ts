import { type PlanDocument, parseFleetFile, planFleet } from "@berth/core";
import { diffPlans } from "@berth/core/changes";
import { expect, test } from "vitest";
import { diffWords, placeText } from "./diff-words.ts";

const plan = (more: string): Promise<PlanDocument> =>
  planFleet({
    file: "f",
    fleet: parseFleetFile(
      "f",
      `hosts: [{ name: box, gpus: [{ gpu: rtx-4090, count: 2 }] }]
models:
  - { name: a, model: Qwen/Qwen2.5-0.5B, tp: 1, pp: 1, gpus: box:0, ${more} }
  - { name: b, model: Qwen/Qwen2.5-0.5B, tp: 1, pp: 1, gpus: box:1 }`,
    ),
  });

/** The plan without its second card, and without who was there. */
const without = (two: PlanDocument): PlanDocument => ({
  ...two,
  gpus: two.gpus.slice(0, 1),
  deployments: two.deployments.filter(({ gpus }) => gpus.includes("box:0")),
  unplaced: [{ model: "b", reasons: [], remedies: [] }],
});

test("what matters most comes first: places, shares, cards, engines, free memory", async () => {
  const two = await plan("concurrency: 4");
  const one = without(two);
  expect(diffWords(diffPlans(two, one), two, one)).toEqual([
    "b has no place any more.",
    "The worst-served model gets 100 % of what it wants in both.",
    "1 card instead of 2.",
    "1 engine less.",
    expect.stringMatching(/^\d+\.\d GiB are free in all, before \d+\.\d GiB\.$/),
  ]);
  expect(diffWords(diffPlans(one, two), one, two).slice(0, 4)).toEqual([
    "b has a place now.",
    "The worst-served model gets 100 % of what it wants in both.",
    "2 cards instead of 1.",
    "1 engine more.",
  ]);
});

test("the same plan twice is the same", async () => {
  const one = await plan("concurrency: 4");
  expect(diffWords(diffPlans(one, one), one, one)).toEqual(["Both plans are the same."]);
});

test("of an engine that is resized, its sequences and start are said, and nothing that stays", async () => {
  const [four, two] = await Promise.all([
    plan("maxBatchSize: 4, concurrency: 4"),
    plan("maxBatchSize: 4, concurrency: 2"),
  ]);
  const [model] = diffPlans(four, two).models;
  expect(model?.change).toBe("resized");
  expect(model && placeText(model, model.before)).toMatch(/^4 × 8,192 tokens; start \d$/);
  expect(model && placeText(model, undefined)).toBe("–");
});
