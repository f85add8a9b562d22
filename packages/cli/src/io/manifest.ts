import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { InputError } from "@berth/core";
import { codeOf } from "./read-text.ts";

/** The file that lists what Berth wrote into a folder. */
export const MANIFEST = ".berth-manifest.json";

const SCHEMA = "berth/manifest@1";

/** A file that Berth wrote. A path may come twice while a run is under way: before and after. */
export interface Written {
  readonly path: string;
  readonly sha256: string;
}

/** What an earlier run wrote into this folder; undefined where none did. */
export async function readManifest(folder: string): Promise<readonly Written[] | undefined> {
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

export function manifestText(files: readonly Written[]): string {
  return `${JSON.stringify({ schema: SCHEMA, files }, undefined, 2)}\n`;
}

export function sha256(content: string | Buffer): string {
  return createHash("sha256").update(content).digest("hex");
}

function checked(value: unknown): readonly Written[] {
  const { schema, files } = value as { readonly schema?: unknown; readonly files?: unknown };
  if (schema !== SCHEMA || !Array.isArray(files) || !files.every(isWritten)) {
    throw new TypeError("no manifest");
  }
  return files;
}

function isWritten(value: unknown): value is Written {
  const { path, sha256: hash } = value as Record<string, unknown>;
  return typeof path === "string" && typeof hash === "string";
}
