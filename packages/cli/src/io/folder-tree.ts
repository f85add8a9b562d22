import { readdir, stat } from "node:fs/promises";
import { resolve } from "node:path";
import { InputError } from "@berth/core";
import type { ModelTree } from "@berth/core/files";
import { fileSize, withFileSource } from "./file-source.ts";
import { codeOf, readTextIfThere } from "./read-text.ts";

/** The files of a disk; paths are relative to `folder`. */
export function folderTree(folder: string): ModelTree {
  const at = (path: string): string => resolve(folder, path);
  return {
    kind: (path) => kindOf(path, at(path)),
    names: (path) => readdir(at(path)),
    text: (path, limits) => readTextIfThere({ path: at(path), ...limits }),
    // a pipe can be read only once, so nothing is read of it here
    read: async (path, name, use) =>
      (await fileSize(at(path))) === undefined
        ? undefined
        : withFileSource({ path: at(path), name }, use),
    size: (path) => fileSize(at(path)),
  };
}

async function kindOf(name: string, path: string): ReturnType<ModelTree["kind"]> {
  try {
    return (await stat(path)).isDirectory() ? "folder" : "file";
  } catch (error) {
    const code = codeOf(error);
    if (code === "ENOENT" || code === "ENOTDIR") {
      return;
    }
    throw new InputError({ file: name }, `can't be read (${code})`, { cause: error });
  }
}
