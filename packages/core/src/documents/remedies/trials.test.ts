import { expect, test } from "vitest";
import { parseFleetFile } from "../fleet-file.ts";
import { planFleet } from "../plan-fleet.ts";

test("what a quick look leaves open is looked at again, deeper: another layout where power is short", async () => {
  const { unplaced } = await planFleet({
    file: "fleet.yaml",
    nodeLimit: 180_000,
    fleet: parseFleetFile(
      "fleet.yaml",
      `
hosts: [{ name: box, powerBudgetW: 2500, gpus: [{ gpu: rtx-3090, count: 8 }, { gpu: rtx-4090, count: 4 }] }]
engine: vllm
models:
  - { name: q72, model: Qwen/Qwen2.5-72B-Instruct, quantization: int4-awq, tp: 4, maxSeqLen: 8k, concurrency: { least: 2, want: 4 } }
  - { name: q32, model: Qwen/Qwen2.5-32B-Instruct, quantization: int4-awq, tp: 2, maxSeqLen: 8k, concurrency: { least: 2, want: 4 } }
  - { name: chat, model: meta-llama/Llama-3.1-8B-Instruct, replicas: 2, maxSeqLen: 8k, concurrency: { least: 2, want: 8 } }
  - { name: small, model: Qwen/Qwen2.5-1.5B-Instruct, exclusive: true, maxSeqLen: 8k, concurrency: 2 }`,
    ),
  });
  expect(unplaced.map(({ model }) => model)).toEqual(["q72"]);
  expect(unplaced[0]?.remedies[0]?.text).toMatch(
    /^Give it another layout: tensor parallel 1, pipeline parallel 4\./,
  );
});
