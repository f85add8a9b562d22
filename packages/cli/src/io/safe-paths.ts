import { lstat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { InputError } from "@berth/core";
import { MANIFEST } from "./manifest.ts";
import { codeOf } from "./read-text.ts";

/**
 * Throws where a bundle's own paths are wrong, which is a bug of the target that made them: a path that leaves the
 * folder, and two that are one on a file system that tells no upper case from lower case.
 */
export function refusePaths(paths: readonly string[]): void {
  const seen = new Set<string>();
  for (const path of paths) {
    refuseOutside(path);
    refuseSecond(seen, path.normalize("NFC").toLowerCase(), path);
    seen.add(path.normalize("NFC").toLowerCase());
  }
  const folders = paths.flatMap(foldersOf).find((folder) => seen.has(folder.toLowerCase()));
  if (folders !== undefined) {
    throw new Error(`a deployment has a file and a folder ${JSON.stringify(folders)}`);
  }
}

function refuseSecond(seen: ReadonlySet<string>, key: string, path: string): void {
  if (seen.has(key) || key === MANIFEST) {
    throw new Error(`a deployment has two files ${JSON.stringify(path)}`);
  }
}

/** Throws for a path that is not relative, has "." or ".." in it, or isn't spelled with slashes. */
export function refuseOutside(path: string): void {
  const parts = path.split("/");
  const isInside = parts.every((part) => part !== "" && part !== "." && part !== "..");
  if (!isInside || /[\\\0]/.test(path)) {
    throw new Error(`a deployment's file leaves its folder: ${JSON.stringify(path)}`);
  }
}

/** "a/b/c" → "a", "a/b". */
export function foldersOf(path: string): readonly string[] {
  const folder = dirname(path);
  return folder === "." ? [] : [...foldersOf(folder), folder];
}

/** Throws an InputError where a folder on the way to `path` is a link or no folder. */
export async function refuseLinks(folder: string, path: string): Promise<void> {
  for (const part of foldersOf(path)) {
    const kind = await kindOf(join(folder, part));
    if (kind !== "folder" && kind !== "nothing") {
      throw new InputError({ file: join(folder, part) }, `expected a folder, got a ${kind}`);
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
    // ENOTDIR: a file stands where a folder on the way should be
    if (codeOf(error) === "ENOENT" || codeOf(error) === "ENOTDIR") {
      return "nothing";
    }
    throw new InputError({ file: path }, `can't be read (${codeOf(error)})`, { cause: error });
  }
}

/** What stands at a path below a folder; nothing where a link leads there. */
export async function kindInside(folder: string, path: string): Promise<PathKind> {
  for (const part of foldersOf(path)) {
    if ((await kindOf(join(folder, part))) === "symbolic link") {
      return "nothing";
    }
  }
  return kindOf(join(folder, path));
}
