import {
  type FleetFile,
  fleetCards,
  InputError,
  type InventoryDocument,
  listsCards,
  modelPreset,
  type PlanInput,
  parseFleetFile,
} from "@berth/core";
import { filesNamed, hasFiles } from "../state/model-files.ts";
import { isMachine } from "../state/open-served.ts";
import { FLEET_FILE, type Workspace, type WorkspaceFile } from "../state/workspace.ts";
import type { Asked, CardsAnswer } from "./protocol.ts";
import { inventoryRead } from "./read-inventory.ts";

/**
 * What the command line makes of the same files, ready to be planned. Throws an InputError that names the
 * file and the key for what can't be read.
 */
export async function planInputOf(workspace: Asked): Promise<PlanInput> {
  const fleet = parseFleetFile(FLEET_FILE, workspace.fleet);
  const inventory = inventoryOf(fleet, workspace);
  const isOfCatalog = fleet.models.every(
    ({ model, draft }) => modelPreset(model) !== undefined && draft === undefined,
  );
  const models = isOfCatalog
    ? undefined
    : await (await import("./read-models.ts")).readModels(fleet, workspace);
  const named = fleet.models.flatMap(({ workload }) => workload?.trace ?? []);
  const traces =
    named.length === 0
      ? undefined
      : (await import("./read-traces.ts")).readTraces(workspace.files, named);
  return {
    file: FLEET_FILE,
    fleet,
    inventory,
    now: () => performance.now(),
    ...(models === undefined ? {} : { models }),
    ...(traces === undefined ? {} : { traces }),
  };
}

/** As `planInputOf`, without the models. */
export function cardInputOf(workspace: Asked): Pick<PlanInput, "file" | "fleet" | "inventory"> {
  const fleet = parseFleetFile(FLEET_FILE, workspace.fleet);
  return { file: FLEET_FILE, fleet, inventory: inventoryOf(fleet, workspace) };
}

/** The cards alone; what is wrong with models shows when they are planned. */
export function cardsOf(workspace: Asked): CardsAnswer {
  const fleet = parseFleetFile(FLEET_FILE, workspace.fleet);
  const missing = filesNamed(fleet).filter(
    (model) => modelPreset(model) === undefined && !hasFiles(workspace, model),
  );
  const hasCards = fleet.hosts !== undefined || fleet.inventory !== undefined;
  if (!hasCards && workspace.live === undefined) {
    return { gpus: [], warnings: [], missing };
  }
  const inventory = inventoryOf(fleet, workspace);
  return {
    gpus: fleetCards({ file: FLEET_FILE, fleet, inventory }),
    warnings: inventory.warnings,
    missing,
  };
}

/** What the machines have; undefined where the fleet file lists its cards itself. Throws as `planInputOf` does. */
export function inventoryUsed(workspace: Asked): InventoryDocument | undefined {
  const fleet = parseFleetFile(FLEET_FILE, workspace.fleet);
  return listsCards(fleet) ? undefined : inventoryOf(fleet, workspace);
}

/** What the machines have now counts where the fleet file names machines, or nothing. */
function inventoryOf(fleet: FleetFile, workspace: Asked): InventoryDocument {
  const names = [fleet.inventory ?? []].flat();
  if (workspace.live !== undefined && !listsCards(fleet) && names.every(isMachine)) {
    return workspace.live;
  }
  if (names.length === 0) {
    return { schema: "berth/inventory@1", hosts: [], warnings: [] };
  }
  const read = names.map((name) => ({ name, text: textOf(workspace, name, "inventory") }));
  const [first] = read;
  const { topology } = fleet;
  return inventoryRead(
    topology === undefined || first === undefined || read.length > 1
      ? read
      : [
          {
            ...first,
            topology: { name: topology, text: textOf(workspace, topology, "topology") },
          },
        ],
  );
}

function textOf(workspace: Workspace, name: string, key: string): string {
  const file = fileOf(workspace, name);
  if (file === undefined) {
    throw new InputError(
      { file: FLEET_FILE, key },
      `expected a file that was brought here, got ${name}; drop that file on the page`,
    );
  }
  return file.text;
}

function fileOf({ files }: Workspace, name: string): WorkspaceFile | undefined {
  return files.find((file) => file.name === name);
}
