import { mkdir, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { codeOf } from "./read-text.ts";

/**
 * Makes a folder and what is missing above it; the first that was made, or undefined. Rejects with what the file system says.
 * Node's own way (`recursive`) says ENOENT of a file system that is read-only, and in /proc never ends.
 */
export async function makeFolder(folder: string): Promise<string | undefined> {
  try {
    return await makeOne(folder);
  } catch (error) {
    if (codeOf(error) !== "ENOENT" || dirname(folder) === folder) {
      throw error;
    }
  }
  const made = await makeFolder(dirname(folder));
  return made === undefined ? makeOne(folder) : makeOne(folder).then(() => made);
}

/** The folder, or undefined where it is there already, perhaps made by another process just now. */
async function makeOne(folder: string): Promise<string | undefined> {
  try {
    await mkdir(folder);
    return folder;
  } catch (error) {
    const found = await stat(folder).catch(() => undefined);
    if (found?.isDirectory() === true) {
      return undefined;
    }
    throw error;
  }
}
