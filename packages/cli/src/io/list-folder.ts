import { readdir } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { InputError } from "@berth/core";
import { codeOf } from "./read-text.ts";

/** Names in a folder, sorted; none where there is no such folder. */
export async function readdirOrNothing(folder: string, name: string): Promise<readonly string[]> {
  try {
    return (await readdir(folder)).sort();
  } catch (error) {
    return nothing(error, name);
  }
}

/** All that is no folder, below a folder, with forward slashes. */
export async function filesBelow(folder: string, name: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => !entry.isDirectory())
      .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll(sep, "/"));
  } catch (error) {
    return nothing(error, name);
  }
}

function nothing(error: unknown, name: string): readonly string[] {
  const code = codeOf(error);
  if (code === "ENOENT") {
    return [];
  }
  const problem = code === "ENOTDIR" ? "expected a folder, got a file" : `can't be read (${code})`;
  throw new InputError({ file: name }, problem, { cause: error });
}
