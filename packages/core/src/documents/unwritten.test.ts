import { expect, test } from "vitest";
import { explainUnplaced } from "./explain-unplaced.ts";
import type { FleetFile } from "./fleet-file-types.ts";
import { defaultNodeLimit } from "./node-limit.ts";
import { problemOf, solveProblem } from "./plan-problem.ts";
import { withSizes } from "./sizing/sizes.ts";

const FLEET: FleetFile = {
  engine: "vllm",
  hosts: [{ name: "box", gpus: [{ gpu: "rtx-4090", count: 2 }] }],
  models: [
    { name: "served", model: "Qwen/Qwen2.5-7B-Instruct", priority: 1 },
    { name: "other", model: "Qwen/Qwen2.5-0.5B-Instruct" },
  ],
};

async function reasonsOf(fleet: FleetFile): Promise<string> {
  const problem = problemOf({ file: "fleet.yaml", fleet });
  const placed = await solveProblem(problem, {});
  const nodeLimit = defaultNodeLimit(problem.fleet.gpus.length);
  const [other] = explainUnplaced({ ...problem, placed, nodeLimit });
  return other?.reasons.map(({ text }) => text).join(" ") ?? "";
}

test("what was set for a model's rate is named as that, not as a wish of its own", async () => {
  const sizes = new Map([["served", { replicas: 2, exclusive: true as const }]]);
  const text = await reasonsOf(withSizes(FLEET, sizes));
  expect(text).toContain("served (exclusive cards for its rate, 2 replicas for its rate)");
});

test("what somebody wrote is named as a wish, whatever else was set", async () => {
  const [served, ...others] = FLEET.models.map((model) => ({ ...model, exclusive: true }));
  const fleet = { ...FLEET, models: [{ ...served, replicas: 2 }, ...others] } as FleetFile;
  const sizes = new Map([["served", { replicas: 2, exclusive: true as const }]]);
  const text = await reasonsOf(withSizes(fleet, sizes));
  expect(text).toContain("(exclusive cards, 2 replicas)");
  expect(text).not.toContain("for its rate");
});
