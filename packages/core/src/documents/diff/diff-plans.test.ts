import { expect, test } from "vitest";
import { parseFleetFile } from "../fleet-file.ts";
import type { PlanDocument } from "../plan-document.ts";
import { planFleet } from "../plan-fleet.ts";
import { diffPlans } from "./diff-plans.ts";

const plan = (models: string, cards = 2): Promise<PlanDocument> =>
  planFleet({
    file: "fleet.yaml",
    fleet: parseFleetFile(
      "fleet.yaml",
      `hosts: [{ name: box, gpus: [{ gpu: rtx-4090, count: ${cards} }] }]\nmodels:\n${models}`,
    ),
  });

const model = (name: string, more: string): string =>
  `  - { name: ${name}, model: Qwen/Qwen2.5-0.5B, tp: 1, pp: 1, ${more} }\n`;

test("a plan and itself differ in nothing", async () => {
  const one = await plan(model("a", "concurrency: 4"));
  expect(diffPlans(one, one)).toEqual({
    schema: "berth/plan-diff@1",
    isSame: true,
    models: [],
    unplaced: { before: [], after: [] },
    gpus: [],
    objective: { before: one.objective, after: one.objective },
  });
});

test.each([
  { change: "added", aspects: [], to: model("a", "concurrency: 4") + model("b", "concurrency: 1") },
  { change: "moved", aspects: ["cards"], to: model("a", "concurrency: 4, gpus: 'box:1'") },
  {
    change: "resized",
    aspects: ["kv-size", "start"],
    to: model("a", "maxBatchSize: 4, concurrency: 2"),
  },
  {
    change: "changed",
    aspects: ["precision"],
    to: model("a", "quantization: fp8, concurrency: 4"),
  },
])("$change", async ({ change, aspects, to }) => {
  const before = await plan(model("a", "concurrency: 4"));
  const { isSame, models } = diffPlans(before, await plan(to));
  expect(isSame).toBe(false);
  expect(models.map((one) => one.change)).toContain(change);
  const found = models.find((one) => one.change === change);
  expect(found?.aspects).toEqual(expect.arrayContaining(aspects));
});

test("the other way round, what was added is removed, and before and after change places", async () => {
  const a = await plan(model("a", "concurrency: 4"));
  const b = await plan(model("a", "concurrency: 8") + model("b", "concurrency: 1"), 3);
  const there = diffPlans(a, b);
  const back = diffPlans(b, a);
  const swapped = { added: "removed", removed: "added" } as Readonly<Record<string, string>>;
  const sorted = (changes: readonly string[]): readonly string[] => [...changes].sort();
  expect(sorted(back.models.map(({ change }) => change))).toEqual(
    sorted(there.models.map(({ change }) => swapped[change] ?? change)),
  );
  expect(back.gpus.map(({ id, before, after }) => [id, after, before])).toEqual(
    there.gpus.map(({ id, before, after }) => [id, before, after]),
  );
  expect(there.gpus.find(({ id }) => id === "box:2")).not.toHaveProperty("before");
});

test("a model that lost its place is named", async () => {
  const before = await plan(model("a", "concurrency: 4"));
  const after = await plan(model("a", "concurrency: 4, gpus: 'box:9'"));
  const { unplaced, models } = diffPlans(before, after);
  expect(unplaced).toEqual({ before: [], after: ["a"] });
  expect(models.map(({ change }) => change)).toEqual(["removed"]);
});
