import { expect, test } from "vitest";
import type { InventoryDocument } from "../inventory/inventory-document.ts";
import { parseFleetFile } from "./fleet-file.ts";
import { groupLinks } from "./group-links.ts";

const host = (
  name: string,
  catalogId: string,
  links: InventoryDocument["hosts"][number]["links"],
) => ({
  name,
  gpus: [0, 1, 2].map((index) => ({ index, catalogId })),
  links,
});

const inventory: InventoryDocument = {
  schema: "berth/inventory@1",
  hosts: [
    host("box", "rtx-3090", [
      { a: 0, b: 1, kind: "NV4", peerToPeer: true },
      { a: 1, b: 2, kind: "PHB", peerToPeer: false },
    ]),
    host("far", "h100-sxm-80gb", []),
  ],
  warnings: [],
};

const links = (...groups: string[][]) =>
  groupLinks(
    { file: "f", fleet: parseFleetFile("f", "inventory: x\nmodels: []\n"), inventory },
    groups,
  );

test("every pair once: as printed, unknown where nothing was", () => {
  expect(links(["box:2", "box:1", "box:0"])).toEqual([
    [
      { a: "box:2", b: "box:1", kind: "PHB", nvlinks: 0, peerToPeer: false },
      { a: "box:2", b: "box:0", kind: "unknown", nvlinks: 0, peerToPeer: false },
      { a: "box:1", b: "box:0", kind: "NVLINK", nvlinks: 4, peerToPeer: true },
    ],
  ]);
});

test("between hosts is the network, a card alone has none, and strangers are left out", () => {
  expect(links(["box:0", "far:0"], ["far:1"], ["far:1", "gone:0"])).toEqual([
    [{ a: "box:0", b: "far:0", kind: "network", nvlinks: 0, peerToPeer: false }],
    [],
    [],
  ]);
});
