import type { PlannerClient } from "../worker/planner-client.ts";
import { knownModels } from "./catalog-ids.ts";
import { parseFleet } from "./parse-fleet.ts";
import type { PlannerStore } from "./planner-store.ts";
import type { ServedApi, ServedSession } from "./served-api.ts";
import { EMPTY_WORKSPACE, type Workspace, type WorkspaceFile } from "./workspace.ts";

/** What the page was opened on: the fleet file of `berth serve` with the files that it names, and its plan. */
export async function openServed(
  { store, worker }: { readonly store: PlannerStore; readonly worker: PlannerClient },
  api: ServedApi,
  { fleetFile, planFile }: ServedSession,
): Promise<void> {
  const workspace =
    fleetFile === undefined ? EMPTY_WORKSPACE : await withNamedFiles({ api, worker }, fleetFile);
  store.getState().edit(() => workspace);
  if (planFile !== undefined) {
    const { openPlan } = await import("./bring/open-plan.ts");
    const plan = { path: planFile.name, text: planFile.text };
    await openPlan({ store, worker }, plan, fleetFile === undefined ? undefined : workspace);
  }
}

interface Asked {
  readonly api: ServedApi;
  readonly worker: PlannerClient;
}

type Opened = NonNullable<ServedSession["fleetFile"]>;

interface Asked {
  readonly api: ServedApi;
  readonly worker: PlannerClient;
}

/** Files that can't be had are missing in the workspace, and the page says so where they are needed. */
async function withNamedFiles({ api, worker }: Asked, file: Opened): Promise<Workspace> {
  const { inventory = [], topology = [], models } = parseFleet(file.text).fleet;
  const names = [inventory, topology].flat().filter((name) => !isMachine(name));
  const isKnown = await knownModels(worker);
  const others = models.map(({ model }) => model).filter((model) => !isKnown(model));
  const folder = file.name.slice(0, file.name.lastIndexOf("/") + 1);
  const found = await Promise.all(
    [
      ...[...new Set(names)].map(async (name) => [{ name, text: await api.file(folder + name) }]),
      // of the folder alone: nobody has asked for the network
      ...[...new Set(others)].map((model) => api.modelFiles(model, false)),
    ].map((asked) => asked.catch((): readonly WorkspaceFile[] => [])),
  );
  return { fleet: file.text, files: found.flat() };
}

/** Sources of a fleet file that are machines, not files. */
export function isMachine(source: string): boolean {
  return source === "local" || source.startsWith("ssh:");
}
