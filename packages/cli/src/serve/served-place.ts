import { Readable } from "node:stream";
import type { InventoryDocument } from "@berth/core";
import { type Reporter, readInventory } from "../io/inventory-sources.ts";
import type { Folder } from "./inside-folder.ts";

/** Where berth serve works, and what it was told to ask; can be sent to a thread. */
export interface ServedPlace extends Folder {
  /** Folder that paths in a fleet file are relative to, below the root. */
  readonly fleetFolder: string;
  /** What messages call the fleet file. */
  readonly fleetName: string;
  /** What the live inventory asks. */
  readonly sources: readonly string[];
}

/** What the commands ask of a terminal, where there is none: stdin is empty. */
export function servedTerminal({ root }: Folder): Reporter & { readonly cwd: string } {
  return { remark: () => undefined, stdin: Readable.from([]), cwd: root };
}

/** What the machines have now that berth serve was told to ask. Throws a ToolError where one does not answer. */
export function readServedInventory(
  place: ServedPlace,
  signal: AbortSignal,
): Promise<InventoryDocument> {
  const { sources, root } = place;
  return readInventory(
    { sources, topology: undefined, folder: root, signal },
    servedTerminal(place),
  );
}
