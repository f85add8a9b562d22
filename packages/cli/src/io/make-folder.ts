import { mkdir, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { codeOf } from "./read-text.ts";

/** Rights of a folder before the user's mask is taken off, as Node has them. */
const ANYBODY = 0o777;

/**
 * Makes a folder and what is missing above it; the first that was made, or undefined. Rejects with what the file system says.
 * Node's own way (`recursive`) says ENOENT of a file system that is read-only, and in /proc never ends.
 */
export async function makeFolder(
  folder: string,
  mode: number = ANYBODY,
): Promise<string | undefined> {
  try {
    return await makeOne(folder, mode);
  } catch (error) {
    if (codeOf(error) !== "ENOENT" || dirname(folder) === folder) {
      throw error;
    }
  }
  const made = await makeFolder(dirname(folder), mode);
  return made === undefined ? makeOne(folder, mode) : makeOne(folder, mode).then(() => made);
}

/** The folder, or undefined where it is there already, perhaps made by another process just now. */
async function makeOne(folder: string, mode: number): Promise<string | undefined> {
  try {
    await mkdir(folder, mode);
    return folder;
  } catch (error) {
    const found = await stat(folder).catch(() => undefined);
    if (found?.isDirectory() === true) {
      return undefined;
    }
    throw error;
  }
}
