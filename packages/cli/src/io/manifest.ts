import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { InputError } from "@berth/core";
import { codeOf } from "./read-text.ts";

/** The file that lists what Berth wrote into a folder. */
export const MANIFEST = ".berth-manifest.json";

const SCHEMA = "berth/manifest@1";

/** A file that Berth wrote. A path comes twice while a run is under way: before and after. */
export interface Written {
  readonly path: string;
  readonly sha256: string;
}

/** What an earlier run wrote, or was about to write when it was cut off. */
export interface Manifest {
  readonly files: readonly Written[];
  readonly isComplete: boolean;
}

/** The manifest of a folder; undefined where Berth wrote nothing. */
export async function readManifest(folder: string): Promise<Manifest | undefined> {
  const path = join(folder, MANIFEST);
  try {
    return checked(JSON.parse(await readFile(path, "utf8")));
  } catch (error) {
    if (codeOf(error) === "ENOENT") {
      return undefined;
    }
    throw new InputError({ file: path }, `expected a list of files that berth wrote`, {
      cause: error,
    });
  }
}

export function manifestText({ files, isComplete }: Manifest): string {
  const document = { schema: SCHEMA, ...(isComplete ? {} : { complete: false }), files };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}

export function sha256(content: string | Buffer): string {
  return createHash("sha256").update(content).digest("hex");
}

function checked(value: unknown): Manifest {
  const { schema, complete, files } = value as Readonly<Record<string, unknown>>;
  if (schema !== SCHEMA || !Array.isArray(files) || !files.every(isWritten)) {
    throw new TypeError("no manifest");
  }
  return { files, isComplete: complete !== false };
}

function isWritten(value: unknown): value is Written {
  const { path, sha256: hash } = value as Record<string, unknown>;
  return typeof path === "string" && typeof hash === "string";
}
