import { join } from "node:path";
import { readText } from "../io/read-text.ts";
import type { Session } from "./api.ts";
import { realInside } from "./inside-folder.ts";
import { MAX_PLAN_BYTES, type OpenedFiles } from "./opened-files.ts";
import type { ServedPlace } from "./served-place.ts";

/** What a page needs first: the open files as they are now. Throws an InputError where one can't be read. */
export async function readSession(
  { fleet, planName }: OpenedFiles,
  place: ServedPlace,
  version: string,
): Promise<Session> {
  const found = await fleet.read();
  return {
    schema: "berth/session@1",
    version,
    folder: place.root,
    ...(found === undefined ? { saveAs: fleet.name } : { fleetFile: found }),
    ...(planName === undefined ? {} : { planFile: await planFile(planName, place) }),
    inventorySources: place.sources,
  };
}

async function planFile(
  name: string,
  place: ServedPlace,
): Promise<NonNullable<Session["planFile"]>> {
  await realInside(place, name, name);
  const text = await readText({ path: join(place.root, name), name, maxBytes: MAX_PLAN_BYTES });
  return { name, text };
}
