import { parseFleetFile } from "@berth/core";
import { addModel, setInventory } from "./fleet-edits.ts";
import { parseFleet } from "./parse-fleet.ts";
import { freeFileName, type Workspace, type WorkspaceFile, withFile } from "./workspace.ts";

/** What a dropped text is, by what is in it. */
export type DroppedKind = "fleet" | "inventory" | "config" | undefined;

/** Looks at the text alone; names mean nothing. */
export function kindOf({ name, text }: WorkspaceFile): DroppedKind {
  if (isFleet(name, text)) {
    return "fleet";
  }
  if (isConfig(text)) {
    return "config";
  }
  return INVENTORY_MARKS.some((mark) => mark.test(text)) ? "inventory" : undefined;
}

/** What every form of nvidia-smi's output has somewhere. */
const INVENTORY_MARKS = [
  /<nvidia_smi_log>/,
  /NVIDIA-SMI \d/,
  /NVSMI LOG/,
  /^GPU \d+: /m,
  /\b(memory\.total|uuid|gpu_name|pci\.bus_id)\b/,
  /^\s*GPU0\s/m,
  /(GeForce|NVIDIA|Tesla|Quadro)/,
];

/** The workspace with one dropped file more. A fleet file takes the place of the one that is there; undo brings it back. */
export function withDropped(
  workspace: Workspace,
  file: WorkspaceFile,
  kind: DroppedKind,
): Workspace {
  switch (kind) {
    case "fleet":
      return { ...workspace, fleet: file.text };
    case "inventory":
      return withInventoryFile(workspace, file);
    case "config":
      return withConfig(workspace, file);
    default:
      return workspace;
  }
}

/** A file that the fleet names already is what it meant; another is one more host. */
function withInventoryFile(workspace: Workspace, file: WorkspaceFile): Workspace {
  const before = [parseFleet(workspace.fleet).fleet.inventory ?? []].flat();
  const named = before.find((name) => name === file.name || name.endsWith(`/${file.name}`));
  if (named !== undefined) {
    return withFile(workspace, { ...file, name: named });
  }
  const name = freeFileName(workspace, file.name);
  return withFile(
    { ...workspace, fleet: setInventory(workspace.fleet, [...before, name]) },
    { ...file, name },
  );
}

function withConfig(workspace: Workspace, file: WorkspaceFile): Workspace {
  const { models } = parseFleet(workspace.fleet).fleet;
  const wanted = models.find(({ model }) => model === file.name || model.endsWith(`/${file.name}`));
  if (wanted !== undefined) {
    return withFile(workspace, { ...file, name: wanted.model });
  }
  const name = freeFileName(workspace, file.name);
  return withFile({ ...workspace, fleet: addModel(workspace.fleet, name) }, { ...file, name });
}

function isFleet(name: string, text: string): boolean {
  if (!/^\s*["']?models["']?\s*:/m.test(text)) {
    return false;
  }
  if (/\.ya?ml$/i.test(name)) {
    return true;
  }
  try {
    parseFleetFile(name, text);
    return true;
  } catch {
    return false;
  }
}

function isConfig(text: string): boolean {
  if (!text.trimStart().startsWith("{")) {
    return false;
  }
  try {
    const value = JSON.parse(text) as Readonly<Record<string, unknown>>;
    return "model_type" in value || "architectures" in value;
  } catch {
    return false;
  }
}
