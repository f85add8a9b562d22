import { constants } from "node:fs";
import { type FileHandle, open, readdir, realpath } from "node:fs/promises";
import { isAbsolute, join, relative, resolve, sep } from "node:path";
import { InputError } from "@berth/core";
import { codeOf } from "../io/read-text.ts";

/** The folder that berth serve was started in; nothing outside of it is read or written. */
export interface Folder {
  /** Its real path. */
  readonly root: string;
}

/**
 * What a path leads to, all links followed; the path itself where nothing is there. Throws an InputError for what is
 * outside of the folder or hidden in it. `name` is what messages call it.
 */
export async function realInside({ root }: Folder, path: string, name: string): Promise<string> {
  const full = resolve(root, path);
  refuseOutside(root, full, name);
  const real = await realpath(full).catch((error: unknown) => {
    if (codeOf(error) === "ENOENT" || codeOf(error) === "ENOTDIR") {
      return full;
    }
    throw new InputError({ file: name }, `can't be read (${codeOf(error)})`, { cause: error });
  });
  refuseOutside(root, real, name);
  return real;
}

function refuseOutside(root: string, path: string, name: string): void {
  const inside = relative(root, path);
  const parts = inside.split(sep);
  // on Windows what is on another drive stays absolute
  if (parts[0] === ".." || isAbsolute(inside) || path.includes("\0")) {
    throw new InputError({ file: name }, "leads out of the folder that berth serve was started in");
  }
  if (parts.some((part) => part.startsWith("."))) {
    throw new InputError({ file: name }, "is hidden, and berth serve leaves hidden files alone");
  }
}

/** A file of the folder, opened for reading; undefined where there is none. Throws as realInside does. */
export async function openInside(
  folder: Folder,
  path: string,
  name: string,
): Promise<FileHandle | undefined> {
  const real = await realInside(folder, path, name);
  try {
    // a link that was put there since is not followed, and a pipe is not waited for
    const handle = await open(real, constants.O_RDONLY | NO_FOLLOW | NO_WAIT);
    if ((await handle.stat()).isFile()) {
      return handle;
    }
    await handle.close();
    return undefined;
  } catch (error) {
    if (["ENOENT", "ENOTDIR", "EISDIR", "ELOOP", "ENXIO"].includes(codeOf(error))) {
      return undefined;
    }
    throw new InputError({ file: name }, `can't be read (${codeOf(error)})`, { cause: error });
  }
}

/** 0 where the platform has none (Windows). */
const NO_FOLLOW = constants.O_NOFOLLOW ?? 0;
const NO_WAIT = constants.O_NONBLOCK ?? 0;

/** Levels of folders below a model's that its index may name files in. */
const INDEX_DEPTH = 3;

/** Throws an InputError where a link in a model's folder, to what Berth would read of it, leads out of ours. */
export async function refuseLinksOut(folder: Folder, path: string, depth = 0): Promise<void> {
  const entries = await readdir(path, { withFileTypes: true }).catch((error: unknown) => {
    const name = relative(folder.root, path);
    throw new InputError({ file: name }, `can't be read (${codeOf(error)})`, { cause: error });
  });
  const hasIndex = entries.some(({ name }) => name === "model.safetensors.index.json");
  const levels = hasIndex ? INDEX_DEPTH : depth;
  for (const entry of entries) {
    const full = join(path, entry.name);
    if (entry.isSymbolicLink() && (levels > 0 || READ_OF_A_MODEL.test(entry.name))) {
      await realInside(folder, full, relative(folder.root, full));
    }
    if (entry.isDirectory() && levels > 0) {
      await refuseLinksOut(folder, full, levels - 1);
    }
  }
}

const READ_OF_A_MODEL = /\.(?:json|safetensors|gguf|engine)$/i;
