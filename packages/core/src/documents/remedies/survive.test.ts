import { expect, test } from "vitest";
import { parseFleetFile } from "../fleet-file.ts";
import type { PlanDocument } from "../plan-document.ts";
import { planFleet } from "../plan-fleet.ts";

/** West has room for one replica of the large model, or for one of the small model, east for both. */
function plan(big: string): Promise<PlanDocument> {
  const fleet = parseFleetFile(
    "fleet.yaml",
    `hosts:
  - { name: east, gpus: [{ gpu: rtx-4090, count: 4 }] }
  - { name: west, gpus: [{ gpu: rtx-3090, count: 2 }] }
engine: vllm
policy: { survive: host }
models:
  - name: big
    model: Qwen/Qwen2.5-32B-Instruct
    quantization: int4-awq
    tp: 2
    maxSeqLen: 16k
    concurrency: { least: 2, want: 4 }
    ${big}
  - { name: chat, model: Qwen/Qwen3-8B, maxSeqLen: 16k, concurrency: { least: 4, want: 8 } }`,
  );
  return planFleet({ file: "fleet.yaml", fleet });
}

test("who need not outlive a loss gives up the replica that is only there for it", async () => {
  const { unplaced } = await plan("");
  expect(unplaced).toMatchObject([{ model: "big" }]);
  expect(unplaced[0]?.remedies).toContainEqual({
    text: "Do without it after the loss of a host, with 1 replica: it then answers again when another has taken its place.",
    change: { survive: "none", replicas: 1, maxBatchSize: 4 },
    verified: true,
  });
  expect((await plan("survive: none")).unplaced).toEqual([]);
});

test.each([
  { name: "a pin", wish: "gpus: west", change: { gpus: null } },
  { name: "a label", wish: "labels: old", change: { labels: null } },
])(
  "$name that leaves it one host is given up where it must outlive a host",
  async ({ wish, change }) => {
    const fleet = parseFleetFile(
      "fleet.yaml",
      `hosts:
  - { name: east, gpus: [{ gpu: rtx-4090, count: 2 }] }
  - { name: west, gpus: [{ gpu: rtx-3090, count: 2, }], labels: [old] }
models:
  - { name: chat, model: Qwen/Qwen3-8B, maxSeqLen: 4k, replicas: 2, survive: host, ${wish} }`,
    );
    const [unplaced] = (await planFleet({ file: "fleet.yaml", fleet })).unplaced;
    expect(unplaced?.remedies).toContainEqual(expect.objectContaining({ change }));
  },
);
