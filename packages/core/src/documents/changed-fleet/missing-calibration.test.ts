import { expect, test } from "vitest";
import { planFleet } from "../plan-fleet.ts";
import { missingCalibration } from "./missing-calibration.ts";

const plan = await planFleet({
  file: "fleet.yaml",
  fleet: {
    hosts: [{ name: "box1", gpus: [{ gpu: "rtx-4090" }] }],
    engine: "vllm",
    models: [{ name: "chat", model: "Qwen/Qwen2.5-0.5B-Instruct", maxSeqLen: 2048 }],
  },
});
const [deployment] = plan.deployments;
const corrected = {
  deployments: [deployment].flatMap((one) =>
    one === undefined
      ? []
      : [
          {
            ...one,
            ranks: one.ranks.map((rank) => ({
              ...rank,
              terms: rank.terms.map((term) => ({
                ...term,
                published: { bytes: 1, lowBytes: 1, highBytes: 1 },
              })),
            })),
          },
        ],
  ),
};

test.each([
  { why: "corrected, and no calibration now", from: corrected, given: {}, notes: 1 },
  { why: "corrected, and one now", from: corrected, given: { calibrate: () => 1 }, notes: 0 },
  { why: "as published", from: plan, given: {}, notes: 0 },
])("$why: $notes notes", ({ from, given, notes }) => {
  expect(missingCalibration(from, given)).toHaveLength(notes);
});
