import { expect, test } from "vitest";
import { parseFleetFile } from "../fleet-file.ts";
import { planFleet } from "../plan-fleet.ts";
import { documentOf } from "../plan-problem.ts";
import { checkPlan } from "../plan-schema.ts";
import { sizedSparing } from "../sparing/sized-sparing.ts";
import { verifyPlan } from "../verify-plan.ts";
import type { PlanWorkload } from "../workload/plan-workload.ts";
import { SizingRun } from "./sizing-run.ts";

const text = `hosts: [{ name: box, gpus: [{ gpu: rtx-4090, count: 4 }] }]
models: [{ name: chat, model: Qwen/Qwen3-8B, engine: vllm, tp: 1, workload: { rate: 14, prompt: 600, output: 250, targets: [{ metric: ttft, most: 800 ms }] } }]`;
const input = { file: "fleet.yaml", fleet: parseFleetFile("fleet.yaml", text) };

const whole = await planFleet(input);
const workloads: readonly PlanWorkload[] = whole.workloads ?? [];

test("sizes are looked for up to a limit of work, and a plan says where it came first", async () => {
  const cut = await sizedSparing(input, workloads, undefined, new SizingRun(1));
  const plan = cut.dressed(await documentOf(cut.problem, cut.sized.placed, cut.input), cut.problem);
  expect(plan.sizingCut).toBe("limit");
  expect(plan.warnings).toContainEqual(expect.stringContaining("limit of work"));
  expect(verifyPlan(plan)).toEqual([]);
  expect(checkPlan(plan)).toEqual({ plan });
  // after one fleet that was solved there is one replica, of a model that needs more
  expect(plan.deployments.length).toBeLessThan(whole.deployments.length);
});

test("what ends before the limit does not speak of it", () => {
  expect(whole.sizingCut).toBeUndefined();
  expect(whole.warnings).toEqual([]);
});

test("the same question is solved once", async () => {
  const run = new SizingRun();
  const { sized } = await sizedSparing(input, workloads, undefined, run);
  const [spent, solved] = [run.work.spent, { ...sized }];
  const again = await run.once("as before", () => Promise.resolve(solved));
  const units = run.work.spent - spent;
  expect(units).toBeGreaterThan(0);
  expect(await run.once("as before", () => Promise.reject(new Error("solved twice")))).toBe(again);
  expect(run.work.spent).toBe(spent + units);
});
