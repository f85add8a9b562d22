import { readdir } from "node:fs/promises";
import { InputError } from "@berth/core";
import { codeOf } from "./read-text.ts";

/** Names in a folder, sorted; none where there is no such folder. */
export async function readdirOrNothing(folder: string, name: string): Promise<readonly string[]> {
  try {
    return (await readdir(folder)).sort();
  } catch (error) {
    const code = codeOf(error);
    if (code === "ENOENT") {
      return [];
    }
    const problem =
      code === "ENOTDIR" ? "expected a folder, got a file" : `can't be read (${code})`;
    throw new InputError({ file: name }, problem, { cause: error });
  }
}
