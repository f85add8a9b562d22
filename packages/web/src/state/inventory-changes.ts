import type { InventoryDocument } from "@berth/core";
import { type CardChange, placeOf } from "./card-change.ts";
import { changeFleet, setInventory } from "./fleet-edits.ts";
import { parseFleet } from "./parse-fleet.ts";
import { freeFileName, type Workspace } from "./workspace.ts";

type Host = InventoryDocument["hosts"][number];

/** Name of the inventory that is made of changed cards. */
const FILE = "changed-cards.json";

/** The inventory with its cards changed. Of a card that is new, nothing is known but its kind: no links either. */
export function changedInventory(
  inventory: InventoryDocument,
  change: CardChange,
): InventoryDocument {
  const name = change.kind === "add" ? change.host : placeOf(change.card).host;
  const hosts = inventory.hosts.map((host) =>
    host.name === name ? changedHost(host, change) : host,
  );
  return { ...inventory, hosts: hosts.filter(({ gpus }) => gpus.length > 0) };
}

function changedHost(host: Host, change: CardChange): Host {
  if (change.kind === "add") {
    const index = 1 + Math.max(-1, ...host.gpus.map((gpu) => gpu.index));
    return { ...host, gpus: [...host.gpus, { index, catalogId: change.gpu }] };
  }
  const { index } = placeOf(change.card);
  const next = change.kind === "swap" ? [{ index, catalogId: change.gpu }] : [];
  return {
    ...host,
    gpus: host.gpus.flatMap((gpu) => (gpu.index === index ? next : [gpu])),
    links: host.links.filter(({ a, b }) => a !== index && b !== index),
  };
}

/** The workspace with this document instead of the inventory that it had; undo brings that back. */
export function withInventoryDocument(
  workspace: Workspace,
  inventory: InventoryDocument,
): Workspace {
  const { inventory: named = [], topology } = parseFleet(workspace.fleet).fleet;
  const before = new Set([[named].flat(), topology ?? []].flat());
  const left = { ...workspace, files: workspace.files.filter(({ name }) => !before.has(name)) };
  const name = freeFileName(left, FILE);
  return {
    fleet: changeFleet(setInventory(workspace.fleet, [name]), { topology: undefined }),
    files: [...left.files, { name, text: `${JSON.stringify(inventory, undefined, 2)}\n` }],
  };
}
