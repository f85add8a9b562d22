import { type FleetFile, fleetCards, parseFleetFile, planFleet } from "@berth/core";
import { describe, expect, test } from "vitest";
import { applyRemedy } from "./apply-remedy.ts";

const read = (text: string): FleetFile => parseFleetFile("fleet.yaml", text);
const plan = (text: string) => planFleet({ file: "fleet.yaml", fleet: read(text) });
const cards = (text: string) => fleetCards({ file: "fleet.yaml", fleet: read(text) });

/** One fleet for each kind of change that a remedy has. */
const FLEETS: Readonly<Record<string, string>> = {
  "keys of the model": `
hosts: [{ name: box, gpus: [{ gpu: rtx-4090 }] }]
models: [{ name: a, model: Qwen/Qwen2.5-14B }]`,
  "keys of another": `
hosts: [{ name: box, gpus: [{ gpu: rtx-4090 }] }]
models:
  - { name: first, model: Qwen/Qwen2.5-1.5B, priority: 1, maxSeqLen: 2k }
  - { name: a, model: Qwen/Qwen2.5-0.5B, notWith: [first], maxSeqLen: 2k }`,
  "keys of the model and of another together": `
hosts: [{ name: box, gpus: [{ gpu: rtx-4090 }] }]
models:
  - { name: first, model: Qwen/Qwen2-7B, maxSeqLen: 4k }
  - { name: a, model: Qwen/Qwen2.5-7B-Instruct, notWith: [first], maxSeqLen: 4k }`,
  "keys of a host": `
hosts: [{ name: box, memory: 8 GiB, disk: 12 GiB, gpus: [{ gpu: rtx-4090 }] }]
models: [{ name: a, model: Qwen/Qwen2.5-14B, quantization: fp8, maxSeqLen: 4k }]`,
  "a model less, or cards": `
hosts: [{ name: box, gpus: [{ gpu: rtx-4090 }] }]
models:
  - { name: first, model: Qwen/Qwen2.5-14B, quantization: int4-awq, priority: 1 }
  - { name: a, model: Qwen/Qwen2.5-14B, quantization: int4-awq, exclusive: true }`,
};

describe.each(Object.entries(FLEETS))("%s", (_, fleet) => {
  test("every remedy, when its button is pressed, gives the model a place", async () => {
    const { unplaced } = await plan(fleet);
    const remedies = unplaced.flatMap(({ model, remedies: own }) =>
      own.map((remedy) => ({ model, remedy })),
    );
    expect(remedies.length).toBeGreaterThan(0);
    for (const { model, remedy } of remedies) {
      const mended = await plan(applyRemedy(fleet, { model, change: remedy.change }, cards(fleet)));
      expect(
        mended.deployments.map((each) => each.model),
        remedy.text,
      ).toContain(model);
    }
  });
});

test("cards that are added to an inventory: its cards are listed by kind then, in their order", () => {
  const box = { host: "box", memoryBytes: 1, usedByOthersBytes: 0, reserveBytes: 0 };
  const [card] = cards("hosts: [{ name: box, gpus: [{ gpu: rtx-3090 }] }]\nmodels: []");
  const kinds = ["rtx-3090", "rtx-3090", "rtx-4090", "rtx-3090"];
  const listed =
    card === undefined
      ? []
      : kinds.map((catalogId, index) => ({ ...card, ...box, catalogId, index }));
  const change = { addGpus: [{ host: "box", gpu: "rtx-4090", count: 1 }] };
  const text =
    "inventory: box.xml\ntopology: topo.txt\nmodels: [{ name: a, model: Qwen/Qwen2.5-0.5B }]";
  const made = read(applyRemedy(text, { model: "a", change }, listed));
  expect(made.inventory).toBeUndefined();
  expect(made.topology).toBeUndefined();
  expect(made.hosts).toEqual([
    {
      name: "box",
      gpus: [
        { gpu: "rtx-3090", count: 2 },
        { gpu: "rtx-4090", count: 1 },
        { gpu: "rtx-3090", count: 1 },
        { gpu: "rtx-4090", count: 1 },
      ],
    },
  ]);
});
