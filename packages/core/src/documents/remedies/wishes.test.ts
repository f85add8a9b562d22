import { expect, test } from "vitest";
import { parseFleetFile } from "../fleet-file.ts";
import { planFleet } from "../plan-fleet.ts";

test("no more models give up their own cards than have to", async () => {
  const fleet = parseFleetFile(
    "fleet.yaml",
    `hosts: [{ name: box, gpus: [{ gpu: rtx-3090, count: 2 }] }]
models:
  - { name: large, model: Qwen/Qwen2.5-7B-Instruct, exclusive: true, maxSeqLen: 4k }
  - { name: medium, model: Qwen/Qwen2.5-3B-Instruct, exclusive: true, maxSeqLen: 4k }
  - { name: small, model: Qwen/Qwen2.5-0.5B-Instruct, maxSeqLen: 4k, priority: -1 }`,
  );
  const { unplaced } = await planFleet({ file: "fleet.yaml", fleet });
  expect(unplaced).toMatchObject([{ model: "small" }]);
  expect(unplaced[0]?.remedies).toContainEqual({
    text: "Let large share cards with it.",
    change: { others: { large: { exclusive: false } } },
    verified: true,
  });
});
