import { parseFleetFile, planFleet } from "@berth/core";
import { expect, test } from "vitest";
import { fleetOfPlan } from "./fleet-of-plan.ts";

const planOf = (text: string) =>
  planFleet({ file: "f.yaml", fleet: parseFleetFile("f.yaml", text) });

test("a fleet that is made of a plan asks for the same load at the same prices", async () => {
  const model = "model: Qwen/Qwen2.5-0.5B-Instruct, maxSeqLen: 2048";
  const plan = await planOf(`
hosts: [{ name: box, gpus: [{ gpu: rtx-4090 }] }]
costs: { perKwh: 0.3, perGpuHour: { rtx-4090: 0.4 } }
vars: { users: 30 }
models:
  - name: a
    ${model.replaceAll(", ", "\n    ")}
    workload:
      rate: users / 10
      arrivals: constant
      prompt: { median: 100, p95: 400, most: 1k }
      output: { quantiles: [{ share: 0.5, tokens: 20 }, { share: 1, tokens: 90 }] }
      sharedPrefix: { tokens: 50, share: 0.8 }
      targets: [{ metric: ttft, percentile: 99.9, most: 500 ms }, { metric: e2e, most: 20 }]
  - { name: b, ${model}, workload: { rate: 1, prompt: 64, output: { histogram: [{ from: 1, to: 9, weight: 2 }] } } }
  - { name: c, ${model}, workload: { trace: t.csv } }
  - { name: d, ${model} }
`);
  const again = await planOf(fleetOfPlan("plan.json", plan));
  expect(plan.workloads).toHaveLength(3);
  expect(again.workloads).toEqual(plan.workloads);
  expect(again.costs).toEqual(plan.costs);
});
