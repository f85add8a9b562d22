import { expect, test } from "vitest";
import { parseFleetFile } from "../fleet-file.ts";
import type { PlanDocument } from "../plan-document.ts";
import { planFleet } from "../plan-fleet.ts";
import { checkPlan } from "../plan-schema.ts";

function planned(workload: string): Promise<PlanDocument> {
  const text = `hosts: [{ name: box, gpus: [{ gpu: rtx-3090 }] }]
models: [{ name: chat, model: Qwen/Qwen2.5-7B-Instruct, engine: vllm, maxSeqLen: 8k, workload: { ${workload} } }]`;
  return planFleet({ file: "fleet.yaml", fleet: parseFleetFile("fleet.yaml", text) });
}

// 6,000 tokens of 7.6 billion parameters are 2 · 7.6e9 · 6000 = 91 Tflop: no RTX 3090 reads them in 80 ms, or takes 10 s.
const LENGTHS = "prompt: 6000, output: 250";

test.each(["", "rate: 2, "])(
  "%sa target that one request alone misses is unmet, and a warning",
  async (rate) => {
    const plan = await planned(`${rate}${LENGTHS}, targets: [{ metric: ttft, most: 80 ms }]`);
    const missed = plan.unmet?.find((one) => "target" in one);
    expect(missed).toMatchObject({
      model: "chat",
      target: { metric: "ttft", mostSeconds: 0.08 },
      text: expect.stringMatching(/^chat misses a target at any rate: .* 80 ms at the most/),
    });
    expect(plan.warnings).toContain(missed?.text);
    expect(checkPlan(plan)).toEqual({ plan });
  },
);

test.each([
  `${LENGTHS}, targets: [{ metric: ttft, most: 10 s }]`,
  "targets: [{ metric: ttft, most: 80 ms }]", // of nobody knows what lengths
  LENGTHS,
])("{ %s } misses nothing alone", async (workload) => {
  expect((await planned(workload)).unmet).toBeUndefined();
});
