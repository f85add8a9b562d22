import { expect, test } from "vitest";
import type { LengthDistribution } from "../../capacity/workload.ts";
import { lengthAt } from "../../capacity/workload-lengths.ts";
import { tokens } from "../../units/units.ts";
import { parseFleetFile } from "../fleet-file.ts";
import { resolveWorkloads } from "../workload/resolve-workloads.ts";
import { withStandIns } from "./stand-ins.ts";

const FLEET = parseFleetFile(
  "fleet.yaml",
  `hosts: [{ name: box, gpus: [{ gpu: rtx-4090 }] }]
models:
  - { name: chat, model: Qwen/Qwen3-8B, workload: { rate: 1, prompt: 100, output: 50, targets: [{ metric: ttft, most: 1 }] } }
  - { name: bare, model: Qwen/Qwen3-8B }`,
);

const FIXED: LengthDistribution = { kind: "fixed", tokens: tokens(300) };

test.each<LengthDistribution>([
  FIXED,
  { kind: "lognormal", median: tokens(500), sigma: 1, least: tokens(1), most: tokens(8000) },
  {
    kind: "quantiles",
    points: [0, 0.5, 1].map((share) => ({ share, tokens: tokens(9 + 2 * share) })),
  },
  { kind: "histogram", bins: [{ from: tokens(1), to: tokens(9), weight: 2 }] },
  { kind: "sample", sorted: [tokens(10), tokens(20), tokens(20), tokens(90)] },
])("lengths of the kind $kind are read back as they were", async (prompt) => {
  const fleet = withStandIns(FLEET, { rate: 7, prompt });
  const [chat, bare] = await resolveWorkloads("fleet.yaml", fleet);
  expect(chat?.requestsPerSecond).toBe(7);
  expect(chat?.targets).toHaveLength(1);
  expect(bare).toBeUndefined();
  const found = chat?.prompt ?? FIXED;
  // a sample's quarters: each value at the end of its part
  for (const share of [0.25, 0.5, 0.75, 1]) {
    const expected = prompt.kind === "sample" ? prompt.sorted[4 * share - 1] : undefined;
    expect(lengthAt(found, share)).toBe(expected ?? lengthAt(prompt, share));
  }
});

test("both lengths give a model without a workload one", async () => {
  const fleet = withStandIns(FLEET, { rate: 7, prompt: FIXED, output: FIXED });
  const [, bare] = await resolveWorkloads("fleet.yaml", fleet);
  expect(bare).toMatchObject({ requestsPerSecond: 7, prompt: FIXED, output: FIXED });
});
