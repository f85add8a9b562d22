import { createHash } from "node:crypto";
import { InputError, parseFleetFile } from "@berth/core";
import { MAX_FLEET_BYTES } from "../commands/solve-fleet.ts";
import { putFile } from "../io/put-file.ts";
import { codeOf, decodeStrictly } from "../io/read-text.ts";
import type { OpenFleet, Saved } from "./api.ts";
import type { SaveBody } from "./bodies.ts";
import { type Folder, openInside, realInside } from "./inside-folder.ts";
import { Refusal } from "./refusal.ts";

/** What the fleet file must be for a save: as it was when it was read, or not there. */
export type SaveCondition = { readonly etag: string } | "absent";

/** The one fleet file that is open for saving. */
export interface FleetStore {
  /** Relative to the folder. */
  readonly name: string;
  /** Undefined where there is none yet. Throws an InputError where it can't be read. */
  read(): Promise<OpenFleet | undefined>;
  /** Throws a Refusal where the file is not as the condition says, an InputError for a text that is no fleet. */
  save(request: SaveBody, condition: SaveCondition): Promise<Saved>;
}

export function openFleetStore(folder: Folder, name: string): FleetStore {
  let last: Promise<unknown> = Promise.resolve();
  const read = () => readFleet(folder, name);
  return {
    name,
    read,
    // one after the other: of two that saw the same file, the second is refused
    save: (request, condition) => {
      const saving = last.then(() => saveFleet({ folder, name, read }, request, condition));
      last = saving.catch(() => undefined);
      return saving;
    },
  };
}

async function readFleet(folder: Folder, name: string): Promise<OpenFleet | undefined> {
  const handle = await openInside(folder, name, name);
  if (handle === undefined) {
    return;
  }
  try {
    const { size } = await handle.stat();
    if (size > MAX_FLEET_BYTES) {
      throw new InputError(
        { file: name },
        `expected at most ${MAX_FLEET_BYTES} bytes, got ${size}`,
      );
    }
    const bytes = await handle.readFile();
    return { name, text: decodeStrictly(name, bytes), etag: etagOf(bytes) };
  } finally {
    await handle.close();
  }
}

function etagOf(bytes: Uint8Array): string {
  return `"${createHash("sha256").update(bytes).digest("hex")}"`;
}

interface Place {
  readonly folder: Folder;
  readonly name: string;
  readonly read: () => Promise<OpenFleet | undefined>;
}

async function saveFleet(
  place: Place,
  { text, draft = false }: SaveBody,
  condition: SaveCondition,
): Promise<Saved> {
  const { folder, name, read } = place;
  const bytes = Buffer.from(text);
  if (bytes.length > MAX_FLEET_BYTES) {
    throw new Refusal(
      "too-large",
      `${name}: expected at most ${MAX_FLEET_BYTES} bytes, got ${bytes.length}`,
    );
  }
  refuseOther(name, await read(), condition);
  if (!draft) {
    parseFleetFile(name, text);
  }
  const path = await realInside(folder, name, name);
  try {
    // once more, right before it is replaced: an editor may have saved meanwhile
    const beforeReplaced = async () => refuseOther(name, await read(), condition);
    await putFile(path, bytes, condition === "absent" ? { isNew: true } : { beforeReplaced });
  } catch (error) {
    if (error instanceof Refusal) {
      throw error;
    }
    if (codeOf(error) === "EEXIST") {
      throw changed(name);
    }
    throw new InputError({ file: name }, `can't be written (${codeOf(error)})`, { cause: error });
  }
  return { name, etag: etagOf(bytes) };
}

function refuseOther(name: string, found: OpenFleet | undefined, condition: SaveCondition): void {
  const expected = condition === "absent" ? undefined : condition.etag;
  if (found?.etag !== expected) {
    throw changed(name);
  }
}

function changed(name: string): Refusal {
  return new Refusal(
    "changed",
    `${name} has changed on disk since it was read; nothing was saved, so look at both first`,
  );
}
