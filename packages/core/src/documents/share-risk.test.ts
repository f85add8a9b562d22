import { expect, test } from "vitest";
import { parseFleetFile } from "./fleet-file.ts";
import { planFleet } from "./plan-fleet.ts";
import { verifyPlan } from "./verify-plan.ts";

const plan = async (models: string) => {
  const fleet = parseFleetFile(
    "fleet.yaml",
    `hosts: [{ name: a, gpus: [{ gpu: rtx-3090 }] }]\nmodels:\n${models}`,
  );
  const found = await planFleet({ file: "fleet.yaml", fleet });
  expect(verifyPlan(found)).toEqual([]);
  return found;
};

/** As many tokens as fit with all of the chance to miss, and not with half of it. */
const tight =
  "  - { name: x, model: Qwen/Qwen2.5-7B, maxSeqLen: 23500, concurrency: 4, priority: 1 }\n";
const huge = "  - { name: huge, model: Qwen/Qwen2.5-72B, maxSeqLen: 4k, concurrency: 1 }\n";
const second = "  - { name: y, model: Qwen/Qwen2.5-7B, maxSeqLen: 4k, concurrency: 1 }\n";

test("a model that no card can run takes no headroom from the others", async () => {
  const alone = await plan(tight);
  const both = await plan(tight + huge);
  expect(both.unplaced.map(({ model }) => model)).toEqual(["huge"]);
  expect(both.deployments.map(({ ranks }) => ranks)).toEqual(
    alone.deployments.map(({ ranks }) => ranks),
  );
  expect(both.chanceToFit).toBeGreaterThanOrEqual(0.99);
});

test("one that only has no room beside the others takes none either", async () => {
  const { unplaced, chanceToFit, deployments } = await plan(
    tight.replace("concurrency: 4", "concurrency: { least: 1, want: 4 }") + second,
  );
  expect(unplaced.map(({ model }) => model)).toEqual(["y"]);
  expect(deployments[0]?.concurrentSequences).toBe(4);
  expect(chanceToFit).toBeCloseTo(0.99, 6);
});
