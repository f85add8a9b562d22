import type { InventoryDocument } from "@berth/core";
import { describe, expect, test } from "vitest";
import { withCardChange } from "./card-changes.ts";
import { parseFleet } from "./parse-fleet.ts";
import type { Workspace } from "./workspace.ts";

const listed = (hosts: string, models = "[]"): Workspace => ({
  fleet: `hosts: ${hosts}\nmodels: ${models}\n`,
  files: [],
});

const MIXED = "[{ name: box, gpus: [{ gpu: rtx-3090, count: 3 }, { gpu: rtx-4090, count: 2 }] }]";

const fleetOf = (workspace: Workspace) => parseFleet(workspace.fleet);
const kinds = (workspace: Workspace) =>
  fleetOf(workspace).fleet.hosts?.map(({ gpus }) =>
    gpus?.map(({ gpu, count = 1 }) => `${count} ${gpu}`),
  );

describe("cards that the fleet file lists", () => {
  test.each([
    { change: { kind: "add", host: "box", gpu: "rtx-4090" }, left: ["3 rtx-3090", "3 rtx-4090"] },
    {
      change: { kind: "add", host: "box", gpu: "l40s-48gb" },
      left: ["3 rtx-3090", "2 rtx-4090", "1 l40s-48gb"],
    },
    { change: { kind: "lose", card: "box:0" }, left: ["2 rtx-3090", "2 rtx-4090"] },
    { change: { kind: "lose", card: "box:4" }, left: ["3 rtx-3090", "1 rtx-4090"] },
    {
      change: { kind: "swap", card: "box:1", gpu: "rtx-4090" },
      left: ["1 rtx-3090", "1 rtx-4090", "1 rtx-3090", "2 rtx-4090"],
    },
    {
      change: { kind: "swap", card: "box:2", gpu: "rtx-4090" },
      left: ["2 rtx-3090", "3 rtx-4090"],
    },
  ] as const)("$change.kind", ({ change, left }) => {
    const after = withCardChange(listed(MIXED), change, undefined);
    expect(fleetOf(after).problem).toBeUndefined();
    expect(kinds(after)).toEqual([left]);
  });

  test("a host loses its last card, and is gone", () => {
    const two = "[{ name: a, gpus: [{ gpu: rtx-3090 }] }, { name: b, gpus: [{ gpu: rtx-4090 }] }]";
    const after = withCardChange(listed(two), { kind: "lose", card: "a:0" }, undefined);
    expect(fleetOf(after).fleet.hosts?.map(({ name }) => name)).toEqual(["b"]);
  });

  test("pins and settings follow their cards, and go with a card that is lost", () => {
    const hosts =
      "[{ name: box, gpus: [{ gpu: rtx-4090, count: 4 }], cards: [{ index: [1, 2], labels: [x] }, { index: 3, reserve: 1 GiB }] }]";
    const models =
      "[{ name: a, model: m, gpus: [box:1, box:3] }, { name: b, model: m, gpus: box:1 }, { name: c, model: m, gpus: [box, boxer:1] }]";
    const after = withCardChange(listed(hosts, models), { kind: "lose", card: "box:1" }, undefined);
    const { fleet, problem } = fleetOf(after);
    expect(problem).toBeUndefined();
    expect(fleet.models.map(({ gpus }) => gpus)).toEqual([
      ["box:2"],
      undefined,
      ["box", "boxer:1"],
    ]);
    expect(fleet.hosts?.[0]?.cards).toEqual([
      { index: 1, labels: ["x"] },
      { index: 2, reserve: "1 GiB" },
    ]);
  });

  test("without pins, the last of equal cards goes, so that the others keep their numbers", () => {
    const models = "[{ name: a, model: m, gpus: [rtx-4090] }]";
    const after = withCardChange(listed(MIXED, models), { kind: "lose", card: "box:0" }, undefined);
    expect(fleetOf(after).fleet.models[0]?.gpus).toEqual(["rtx-4090"]);
  });
});

describe("cards of an inventory", () => {
  const inventory: InventoryDocument = {
    schema: "berth/inventory@1",
    hosts: [
      {
        name: "box",
        driverVersion: "580.1",
        gpus: [0, 1, 3].map((index) => ({
          index,
          uuid: `GPU-${index}`,
          catalogId: "rtx-3090",
          memoryUsedMiB: 100,
        })),
        links: [
          { a: 0, b: 1, kind: "NV4", peerToPeer: true },
          { a: 1, b: 3, kind: "PHB", peerToPeer: false },
        ],
      },
      { name: "desk", gpus: [{ index: 0, catalogId: "rtx-4090" }], links: [] },
    ],
    warnings: [],
  };
  const workspace: Workspace = {
    fleet:
      "inventory: [box.txt, desk.txt] # all\ntopology: topo.txt\nhosts: [{ name: box, cards: [{ index: 1, reserve: 1 GiB }] }, { name: desk, reserve: 1 GiB }]\nmodels: [{ name: a, model: config.json, gpus: [box:1, box:3] }]\n",
    files: ["box.txt", "desk.txt", "topo.txt", "config.json"].map((name) => ({ name, text: "" })),
  };
  const after = (change: Parameters<typeof withCardChange>[1]) => {
    const changed = withCardChange(workspace, change, inventory);
    const { fleet, problem } = fleetOf(changed);
    expect(problem).toBeUndefined();
    expect(fleet.topology).toBeUndefined();
    expect(changed.files.map(({ name }) => name)).toEqual(["config.json", fleet.inventory]);
    const text = changed.files.find(({ name }) => name === fleet.inventory)?.text ?? "";
    return { fleet, document: JSON.parse(text) as InventoryDocument };
  };

  test("a card more has the next number, and nothing is known of it but its kind", () => {
    const { document } = after({ kind: "add", host: "box", gpu: "l40s-48gb" });
    expect(document.hosts[0]?.gpus.at(-1)).toEqual({ index: 4, catalogId: "l40s-48gb" });
    expect(document.hosts[0]?.gpus.slice(0, 3)).toEqual(inventory.hosts[0]?.gpus);
    expect(document.hosts[0]?.links).toEqual(inventory.hosts[0]?.links);
  });

  test("a lost card takes its links, settings and pins; others keep their numbers", () => {
    const { fleet, document } = after({ kind: "lose", card: "box:1" });
    expect(document.hosts[0]?.gpus.map(({ index }) => index)).toEqual([0, 3]);
    expect(document.hosts[0]?.links).toEqual([]);
    expect(fleet.models[0]?.gpus).toEqual(["box:3"]);
    expect(fleet.hosts).toEqual([{ name: "box" }, { name: "desk", reserve: "1 GiB" }]);
  });

  test("a card in another's place has its number and none of its links", () => {
    const { fleet, document } = after({ kind: "swap", card: "box:3", gpu: "rtx-4090" });
    expect(document.hosts[0]?.gpus[2]).toEqual({ index: 3, catalogId: "rtx-4090" });
    expect(document.hosts[0]?.links).toEqual([{ a: 0, b: 1, kind: "NV4", peerToPeer: true }]);
    expect(fleet.models[0]?.gpus).toEqual(["box:1", "box:3"]);
  });

  test("a host without cards is gone, with its settings", () => {
    const { fleet, document } = after({ kind: "lose", card: "desk:0" });
    expect(document.hosts.map(({ name }) => name)).toEqual(["box"]);
    expect(fleet.hosts?.map(({ name }) => name)).toEqual(["box"]);
  });
});
