import type { PlannerClient } from "../worker/planner-client.ts";
import { knownModels } from "./catalog-ids.ts";
import { parseFleet } from "./parse-fleet.ts";
import type { PlannerStore } from "./planner-store.ts";
import { problemOf } from "./problem-of.ts";
import type { ServedApi, ServedSession } from "./served-api.ts";
import { EMPTY_WORKSPACE, type Workspace, type WorkspaceFile } from "./workspace.ts";

/**
 * What the page was opened on: the fleet file of `berth serve` with the files that it names, and its plan. What can't be
 * had is missing in the workspace, and said in `bringProblems`.
 */
export async function openServed(
  { store, worker }: { readonly store: PlannerStore; readonly worker: PlannerClient },
  api: ServedApi,
  { fleetFile, planFile }: ServedSession,
): Promise<void> {
  const opened =
    fleetFile === undefined ? undefined : await withNamedFiles({ api, worker }, fleetFile);
  const workspace = opened?.workspace;
  store.getState().edit(() => workspace ?? EMPTY_WORKSPACE);
  const problems = [...(opened?.problems ?? [])];
  if (planFile !== undefined) {
    const { openPlan } = await import("./bring/open-plan.ts");
    const traces = async (names: readonly string[]) => {
      const read = await readNamed(api, folderOf(planFile.name), names);
      problems.push(...read.problems);
      return read.files;
    };
    const plan = { path: planFile.name, text: planFile.text };
    await openPlan({ store, worker }, plan, { workspace, traces });
  }
  if (problems.length > 0) {
    store.setState({ bringProblems: [...new Set(problems)] });
  }
}

interface Asked {
  readonly api: ServedApi;
  readonly worker: PlannerClient;
}

type Opened = NonNullable<ServedSession["fleetFile"]>;

/** Files, and a sentence for each that can't be had. */
interface Read {
  readonly files: readonly WorkspaceFile[];
  readonly problems: readonly string[];
}

async function withNamedFiles(
  { api, worker }: Asked,
  file: Opened,
): Promise<{ readonly workspace: Workspace; readonly problems: readonly string[] }> {
  const { inventory = [], topology = [], models } = parseFleet(file.text).fleet;
  const machines = [inventory, topology].flat().filter((name) => !isMachine(name));
  const traces = models.flatMap(({ workload }) => workload?.trace ?? []);
  const isKnown = await knownModels(worker);
  const others = models.map(({ model }) => model).filter((model) => !isKnown(model));
  const named = await readNamed(api, folderOf(file.name), [...machines, ...traces]);
  const found = await Promise.all(
    // of the folder alone: nobody has asked for the network; the page says of a model what it lacks
    [...new Set(others)].map((model) =>
      api.modelFiles(model, false).catch((): readonly WorkspaceFile[] => []),
    ),
  );
  const files = [...named.files, ...found.flat()];
  return { workspace: { fleet: file.text, files }, problems: named.problems };
}

/** Texts by the names that a file of this folder gives them. */
async function readNamed(api: ServedApi, folder: string, names: readonly string[]): Promise<Read> {
  const read = await Promise.all(
    [...new Set(names)].map(async (name): Promise<WorkspaceFile | string> => {
      try {
        return { name, text: await api.file(name.startsWith("/") ? name : folder + name) };
      } catch (error) {
        const { message } = problemOf(error);
        return message.includes(name) ? message : `${name}: ${message}`;
      }
    }),
  );
  return {
    files: read.filter((one) => typeof one !== "string"),
    problems: read.filter((one) => typeof one === "string"),
  };
}

/** "plans/" of "plans/plan.json" */
function folderOf(name: string): string {
  return name.slice(0, name.lastIndexOf("/") + 1);
}

/** Sources of a fleet file that are machines, not files. */
export function isMachine(source: string): boolean {
  return source === "local" || source.startsWith("ssh:");
}
