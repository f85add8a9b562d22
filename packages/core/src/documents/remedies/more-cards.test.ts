import { expect, test } from "vitest";
import { parseFleetFile } from "../fleet-file.ts";
import { planFleet } from "../plan-fleet.ts";
import type { PlanRemedy } from "../plan-unplaced.ts";

async function addingCards(yaml: string): Promise<readonly PlanRemedy[]> {
  const { unplaced } = await planFleet({
    file: "fleet.yaml",
    fleet: parseFleetFile("fleet.yaml", yaml),
  });
  return unplaced.flatMap(({ remedies }) => remedies.filter(({ change }) => "addGpus" in change));
}

/** Two 7B models in 16 bits, of which a card of 24 GB holds one, pinned where only one card is. */
const pinnedTo = (gpus: string): string => `
hosts: [{ name: a, gpus: [{ gpu: rtx-4090 }] }, { name: new-host, gpus: [{ gpu: rtx-3090 }] }]
models:
  - { name: first, model: Qwen/Qwen2-7B, maxSeqLen: 4k, tp: 1, pp: 1, gpus: ${gpus}, priority: 1 }
  - { name: second, model: Qwen/Qwen2-7B, maxSeqLen: 4k, tp: 1, pp: 1, gpus: ${gpus} }`;

test("added cards are named, with the pin that they join and a host that is not there yet", async () => {
  expect(await addingCards(pinnedTo('"a:0"'))).toMatchObject([
    {
      text: expect.stringMatching(
        /^Add 1 .* 4090 to a, as a:1, let it use that beside a:0, and run/,
      ),
      change: { gpus: ["a:0", "a:1"] },
    },
    {
      text: expect.stringMatching(
        /^Add 1 .* in a host of its own, as new-host-2:0, let it use that/,
      ),
      change: { gpus: ["a:0", "new-host-2:0"] },
    },
  ]);
});

test("a pin to a host or to a kind of card holds for those that are added to it", async () => {
  for (const gpus of ["a", "rtx-4090"]) {
    const [first] = await addingCards(pinnedTo(gpus));
    expect(first?.text).toMatch(/^Add 1 .* 4090 to a, as a:1, and run/);
    expect(first?.change).toEqual({ addGpus: [{ host: "a", gpu: "rtx-4090", count: 1 }] });
  }
});

test("an added card has the labels of its host, and not those of single cards", async () => {
  const labelled = (host: string, card: string): string => `
hosts: [{ name: a, ${host}, cards: [{ index: 0, ${card} }], gpus: [{ gpu: rtx-4090 }, { gpu: rtx-3090 }] }]
models:
  - { name: first, model: Qwen/Qwen2-7B, maxSeqLen: 4k, tp: 1, pp: 1, replicas: 2, exclusive: true, priority: 1 }
  - { name: second, model: Qwen/Qwen2-7B, maxSeqLen: 4k, tp: 1, pp: 1, labels: [fast] }`;
  expect(await addingCards(labelled("labels: [fast]", "reserve: 1 GiB"))).toHaveLength(1);
  expect(await addingCards(labelled("labels: [slow]", "labels: [fast]"))).toEqual([]);
});
