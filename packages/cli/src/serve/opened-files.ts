import { relative, resolve, sep } from "node:path";
import { readPlanDocument } from "@berth/core";
import { readText } from "../io/read-text.ts";
import { type FleetStore, openFleetStore } from "./fleet-store.ts";
import { type Folder, openInside, realInside } from "./inside-folder.ts";

/** What berth serve was given to open. */
export interface OpenedFiles {
  readonly fleet: FleetStore;
  /** Relative to the folder. */
  readonly planName: string | undefined;
}

/** Where nothing was given, the first of these that is there; else what a first save makes. */
const USUAL_NAMES = ["fleet.yaml", "fleet.yml", "fleet.json"] as const;
export const MAX_PLAN_BYTES = 200_000_000;

/** Opens a plan or a fleet file of the folder. Throws an InputError for a file outside of it, or a plan that is none. */
export async function openFiles(folder: Folder, given: string | undefined): Promise<OpenedFiles> {
  if (given === undefined) {
    return { fleet: openFleetStore(folder, await usualName(folder)), planName: undefined };
  }
  const path = resolve(folder.root, given);
  await realInside(folder, path, given);
  const text = await readText({ path, name: given, maxBytes: MAX_PLAN_BYTES });
  const name = relative(folder.root, path).replaceAll(sep, "/");
  if (!/"schema"\s*:\s*"berth\/plan@/.test(text)) {
    return { fleet: openFleetStore(folder, name), planName: undefined };
  }
  readPlanDocument(given, text);
  return { fleet: openFleetStore(folder, await usualName(folder)), planName: name };
}

async function usualName(folder: Folder): Promise<string> {
  for (const name of USUAL_NAMES) {
    const handle = await openInside(folder, name, name);
    if (handle !== undefined) {
      await handle.close();
      return name;
    }
  }
  return USUAL_NAMES[0];
}
