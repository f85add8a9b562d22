import { open, stat } from "node:fs/promises";
import type { Readable } from "node:stream";
import { InputError } from "@berth/core";
import { isNamedPipe, openPipe } from "./open-pipe.ts";
import { codeOf } from "./read-text.ts";

/** The bytes of a file of any length, as they are read. Throws an InputError when it can't be read. */
export async function* chunksOf(file: {
  readonly path: string;
  readonly name: string;
}): AsyncGenerator<Buffer> {
  try {
    yield* (await opened(file)) as AsyncIterable<Buffer>;
  } catch (error) {
    if (error instanceof InputError) {
      throw error;
    }
    const code = codeOf(error);
    const problem = PROBLEMS[code] ?? `can't be read (${code})`;
    throw new InputError({ file: file.name }, problem, { cause: error });
  }
}

const PROBLEMS: Readonly<Record<string, string>> = {
  ENOENT: "no such file",
  ENOTDIR: "no such file",
  EISDIR: "expected a file, got a folder",
};

async function opened(file: { readonly path: string; readonly name: string }): Promise<Readable> {
  return isNamedPipe(file.path, await stat(file.path))
    ? openPipe(file)
    : (await open(file.path)).createReadStream();
}
