import { lstat } from "node:fs/promises";
import { join } from "node:path";
import { InputError } from "@berth/core";
import { codeOf } from "./read-text.ts";

/** Throws for a path that is not relative, has "." or ".." in it, or isn't spelled with slashes. */
export function refuseOutside(path: string): void {
  const parts = path.split("/");
  const isInside = parts.every((part) => part !== "" && part !== "." && part !== "..");
  if (!isInside || /[\\\0]/.test(path)) {
    throw new Error(`a deployment's file leaves its folder: ${JSON.stringify(path)}`);
  }
}

/** Throws an InputError where a folder on the way to `path` is a link or no folder. */
export async function refuseLinks(folder: string, path: string): Promise<void> {
  const parts = path.split("/").slice(0, -1);
  for (let depth = 1; depth <= parts.length; depth += 1) {
    const part = join(folder, ...parts.slice(0, depth));
    const kind = await kindOf(part);
    if (kind !== "folder" && kind !== "nothing") {
      throw new InputError({ file: part }, `expected a folder, got a ${kind}`);
    }
  }
}

export type PathKind = "nothing" | "folder" | "file" | "symbolic link" | "device";

/** What stands at a path; a link is not followed. */
export async function kindOf(path: string): Promise<PathKind> {
  try {
    const found = await lstat(path);
    if (found.isSymbolicLink()) {
      return "symbolic link";
    }
    if (found.isDirectory()) {
      return "folder";
    }
    return found.isFile() ? "file" : "device";
  } catch (error) {
    if (codeOf(error) === "ENOENT") {
      return "nothing";
    }
    throw new InputError({ file: path }, `can't be read (${codeOf(error)})`, { cause: error });
  }
}
