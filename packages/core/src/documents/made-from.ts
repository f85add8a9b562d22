import type { InventoryDocument } from "../inventory/inventory-document.ts";
import { InputError } from "../report/errors.ts";
import type { FleetFile } from "./fleet-file-types.ts";

/** What a plan was made from, so that it can be made again with something changed. */
export interface MadeFrom {
  /** The fleet file as it was read, without where its inventory came from. */
  readonly fleet: FleetFile;
  /** What the machines had, without their processes' names; absent where the fleet file says it all. */
  readonly inventory?: InventoryDocument;
}

/** What a plan says of its fleet file and inventory. Paths of models and traces in it are as they were written. */
export function madeFrom({
  fleet: { inventory: _, topology: __, ...fleet },
  inventory,
}: {
  readonly fleet: FleetFile;
  readonly inventory?: InventoryDocument | undefined;
}): MadeFrom {
  return inventory === undefined || inventory.hosts.length === 0
    ? { fleet }
    : { fleet, inventory: withoutProcesses(inventory) };
}

/** What others run is theirs; how much memory it holds stands beside it. */
function withoutProcesses(inventory: InventoryDocument): InventoryDocument {
  return {
    ...inventory,
    hosts: inventory.hosts.map((host) => ({
      ...host,
      gpus: host.gpus.map(({ processes: _, ...gpu }) => gpu),
    })),
  };
}

/** What a plan was made from. Throws an InputError for a plan of a version that did not write it. */
export function madeFromOf(
  file: string,
  plan: { readonly madeFrom?: MadeFrom | undefined },
): MadeFrom {
  if (plan.madeFrom === undefined) {
    throw new InputError(
      { file, key: "madeFrom" },
      `expected the fleet file that the plan was made from, which plans of earlier versions do not hold: give it too, as in --fleet fleet.yaml, or plan anew`,
    );
  }
  return plan.madeFrom;
}
