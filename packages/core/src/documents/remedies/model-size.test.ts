import { expect, test } from "vitest";
import { parseFleetFile } from "../fleet-file.ts";
import { planFleet } from "../plan-fleet.ts";

test("of a smaller model of the series, the largest that fits: of every size, also under its other name", async () => {
  // 7.62 B and 3.09 B parameters in 16 bits are read through 14.2 and 5.8 GiB of host memory
  const { unplaced } = await planFleet({
    file: "fleet.yaml",
    fleet: parseFleetFile(
      "fleet.yaml",
      `
hosts: [{ name: a, memory: 12 GiB, gpus: [{ gpu: rtx-4090 }] }]
models: [{ name: chat, model: Qwen/Qwen2.5-14B-Instruct, maxSeqLen: 8k }]`,
    ),
  });
  const changes = unplaced.flatMap(({ remedies }) => remedies.map(({ change }) => change));
  expect(changes).toContainEqual({ model: "Qwen/Qwen2.5-3B-Instruct" });
});
