import { type InventorySource, inventoryFromNvidiaSmi } from "../inventory/from-nvidia-smi.ts";
import type { InventoryDocument } from "../inventory/inventory-document.ts";
import { InputError, shown } from "../report/errors.ts";
import { readInventoryDocument } from "./read-inventory.ts";

/**
 * What the hosts have, by texts: what nvidia-smi printed on a host, or a `berth/inventory@1` document with any number
 * of them. Throws an InputError for a text that is neither, and for a host that comes twice.
 */
export function inventoryFromTexts(sources: readonly InventorySource[]): InventoryDocument {
  if (!sources.some(isDocument)) {
    return inventoryFromNvidiaSmi(sources);
  }
  const printed = inventoryFromNvidiaSmi(sources.filter((source) => !isDocument(source)));
  const hosts = printed.hosts.values();
  const read = sources.map((source): InventoryDocument => {
    if (isDocument(source)) {
      return documentOf(source);
    }
    const host = hosts.next().value;
    return { ...printed, hosts: host === undefined ? [] : [host], warnings: [] };
  });
  refuseTwins(sources, read);
  return {
    schema: "berth/inventory@1",
    hosts: read.flatMap((one) => one.hosts),
    warnings: [...printed.warnings, ...read.flatMap(({ warnings }) => warnings)],
  };
}

/** No form of nvidia-smi's output begins like JSON. */
function isDocument({ text }: InventorySource): boolean {
  return text.trimStart().startsWith("{");
}

function documentOf({ name, text, topology }: InventorySource): InventoryDocument {
  if (topology !== undefined) {
    throw new InputError(
      { file: topology.name },
      `expected no topology beside ${name}, which says itself how its cards are linked`,
    );
  }
  return readInventoryDocument(name, text);
}

function refuseTwins(
  sources: readonly InventorySource[],
  read: readonly InventoryDocument[],
): void {
  const seen = new Set<string>();
  for (const [place, { hosts }] of read.entries()) {
    for (const { name } of hosts) {
      if (seen.has(name)) {
        throw new InputError(
          { file: sources[place]?.name ?? "inventory" },
          `expected hosts with names of their own, got ${shown(name)} a second time`,
        );
      }
      seen.add(name);
    }
  }
}
