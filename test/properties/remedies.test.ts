import { type FleetFile, type PlanDocument, parseFleetFile, planFleet } from "@berth/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { problemOf } from "../../packages/core/src/documents/plan-problem.ts";
import { placeFleet } from "../../packages/core/src/placement/place-fleet.ts";
import { applied, type Change } from "../support/apply-by-hand.ts";

const names = ["a", "b", "c"] as const;

const model = fc.record(
  {
    model: fc.constantFrom("Qwen/Qwen2.5-0.5B", "Qwen/Qwen2-7B", "Qwen/Qwen2.5-14B"),
    engine: fc.constantFrom("vllm", "tensorrt-llm"),
    quantization: fc.constantFrom("bf16", "int8-wo"),
    maxSeqLen: fc.constantFrom("2k", "8k", "32k"),
    concurrency: fc.constantFrom(1, 4, 12),
    replicas: fc.constantFrom(1, 1, 2),
    priority: fc.constantFrom(0, 0, 1),
    exclusive: fc.constantFrom(false, false, true),
    notWith: fc.subarray([...names], { maxLength: 2 }),
    survive: fc.constantFrom("none", "none", "gpu"),
    spread: fc.constant("host"),
    gpus: fc.constantFrom("box:0", "rtx-4090"),
    tp: fc.constant(1),
    pp: fc.constant(1),
  },
  { requiredKeys: ["model", "engine", "tp", "pp"] },
);

const limits = fc.record(
  {
    powerBudgetW: fc.constantFrom(350, 500, 900),
    memory: fc.constantFrom("4 GiB", "20 GiB"),
    disk: fc.constantFrom("12 GiB", "40 GiB"),
  },
  { requiredKeys: [] },
);

const fleets = fc
  .record({
    gpus: fc.array(fc.constantFrom("rtx-3090", "rtx-4090"), { minLength: 1, maxLength: 2 }),
    limits: fc.oneof(fc.constant({}), fc.constant({}), limits),
    hasSecond: fc.constantFrom(false, true),
    models: fc.array(model, { minLength: 1, maxLength: 3 }),
  })
  .filter(
    ({ gpus, models }) =>
      gpus.includes("rtx-4090") || models.every(({ gpus: pin }) => pin !== "rtx-4090"),
  )
  .map(({ gpus, limits: box, hasSecond, models }) => ({
    hosts: [
      { name: "box", ...box, gpus: gpus.map((gpu) => ({ gpu })) },
      ...(hasSecond ? [{ name: "second", gpus: [{ gpu: "rtx-3090" }] }] : []),
    ],
    models: models.map(({ notWith = [], ...one }, i) => ({
      ...one,
      name: names[i] ?? "",
      notWith: notWith.filter((name) => name !== names[i] && names.indexOf(name) < models.length),
    })),
  }));

/** Who has a place, without asking why the others have none. */
function placedIn(file: FleetFile): ReadonlySet<string> {
  const { fleet, models } = problemOf({ file: "f.json", fleet: file });
  const { solution } = placeFleet(models, fleet, { nodeLimit: 200_000 });
  return new Set(solution.assignments.map((assignment) => assignment.model));
}

/** The change without one smaller type that it asks for, for each of them. */
function withoutOneType(change: Change): readonly Change[] {
  if ("addGpus" in change || "model" in change) {
    return []; // beside a card or another model, one precision is tried after the other
  }
  const { others = {}, ...own } = change as { readonly others?: Readonly<Record<string, Change>> };
  const types = ["quantization", "kvCacheDtype"];
  const less = (keys: Change): readonly Change[] =>
    types
      .filter((type) => type in keys)
      .map((type) => Object.fromEntries(Object.entries(keys).filter(([key]) => key !== type)));
  return [
    ...less(own).map((keys) => ({ ...keys, others })),
    ...Object.entries(others).flatMap(([name, keys]) =>
      less(keys).map((left) => ({ ...own, others: { ...others, [name]: left } })),
    ),
  ];
}

interface Shown {
  readonly model: string;
  readonly text: string;
  readonly change: Change;
}

function remediesIn({ unplaced }: PlanDocument): readonly Shown[] {
  return unplaced.flatMap((one) => one.remedies.map((each) => ({ ...each, model: one.model })));
}

/** Whether all that are to have a place have one. */
function isEnough(file: FleetFile, wanted: readonly string[]): boolean {
  const placed = placedIn(file);
  return wanted.every((name) => placed.has(name));
}

test("a remedy that is shown works, and needs every smaller type that it asks for", async () => {
  let [shown, together] = [0, 0];
  await fc.assert(
    fc.asyncProperty(fleets, async (drawn) => {
      const fleet = parseFleetFile("f.json", JSON.stringify(drawn));
      const before = await planFleet({ file: "f.json", fleet });
      const had = before.deployments.map((deployment) => deployment.model);
      for (const { model: name, text, change } of remediesIn(before)) {
        const dropped = (change["dropModels"] ?? []) as readonly string[];
        const wanted = [...had, name].filter((one) => !dropped.includes(one));
        expect(isEnough(applied(fleet, name, change), wanted), text).toBe(true);
        for (const less of withoutOneType(change)) {
          expect(isEnough(applied(fleet, name, less), wanted), text).toBe(false);
        }
        shown += 1;
        together += text.includes(", and ") ? 1 : 0;
      }
    }),
    { numRuns: 60 },
  );
  expect(shown).toBeGreaterThan(50);
  expect(together).toBeGreaterThan(5);
});
