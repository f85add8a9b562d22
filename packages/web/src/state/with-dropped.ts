import { freeName, setInventory } from "./fleet-edits.ts";
import { parseFleet } from "./parse-fleet.ts";
import { freeFileName, type Workspace, withFile } from "./workspace.ts";

/** Name of a pasted text whose host was not named. */
const UNNAMED_HOST = "box";

/**
 * The workspace with one host more, as nvidia-smi printed it. The file is called after the host, since that is
 * how the planner names a host whose text does not say its name.
 */
export function withInventory(workspace: Workspace, text: string, host: string): Workspace {
  const stem = host.replaceAll(/[^\w.-]+/g, "-") || UNNAMED_HOST;
  const stems = workspace.files.map(({ name }) => name.replace(/\.\w+$/, ""));
  const name = freeFileName(workspace, `${freeName(stems, stem)}.txt`);
  const before = [parseFleet(workspace.fleet).fleet.inventory ?? []].flat();
  return withFile(
    { ...workspace, fleet: setInventory(workspace.fleet, [...before, name]) },
    { name, text },
  );
}
