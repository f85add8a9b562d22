import { parseFleet } from "./parse-fleet.ts";
import type { PlannerStore } from "./planner-store.ts";
import type { ServedApi, ServedSession } from "./served-api.ts";
import { EMPTY_WORKSPACE, type Workspace, type WorkspaceFile } from "./workspace.ts";

/** What the page was opened on: the fleet file of `berth serve` with the files that it names. */
export async function openServed(
  store: PlannerStore,
  api: ServedApi,
  session: ServedSession,
): Promise<void> {
  const { fleetFile } = session;
  if (fleetFile === undefined) {
    store.getState().edit(() => EMPTY_WORKSPACE);
    return;
  }
  const workspace = await withNamedFiles(api, fleetFile.text);
  store.getState().edit(() => workspace);
}

/** Files that can't be had are missing in the workspace, and the page says so where they are needed. */
async function withNamedFiles(api: ServedApi, fleet: string): Promise<Workspace> {
  const { inventory = [], topology = [], models } = parseFleet(fleet).fleet;
  const names = [inventory, topology, models.map(({ model }) => model).filter(isPath)].flat();
  const files = await Promise.all(
    [...new Set(names)].filter((name) => !isMachine(name)).map(async (name) => read(api, name)),
  );
  return { fleet, files: files.filter((file) => file !== undefined) };
}

async function read(api: ServedApi, name: string): Promise<WorkspaceFile | undefined> {
  try {
    return { name, text: await api.file(name) };
  } catch {
    return undefined;
  }
}

function isPath(model: string): boolean {
  return model.endsWith(".json");
}

/** Sources of a fleet file that are machines, not files. */
export function isMachine(source: string): boolean {
  return source === "local" || source.startsWith("ssh:");
}
