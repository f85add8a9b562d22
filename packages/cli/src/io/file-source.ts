import { open, stat } from "node:fs/promises";
import { InputError } from "@berth/core";
import type { ByteSource } from "@berth/core/files";
import { codeOf } from "./read-text.ts";

/** A file to read piece by piece: where it is, and what messages call it. */
export interface NamedFile {
  readonly path: string;
  readonly name: string;
}

/** What `use` makes of a file's bytes; the file is closed after. Throws an InputError where it can't be read. */
export async function withFileSource<T>(
  file: NamedFile,
  use: (source: ByteSource) => Promise<T>,
): Promise<T> {
  const handle = await open(file.path, "r").catch((error: unknown) => {
    throw unreadable(file, error);
  });
  try {
    const { size } = await handle.stat();
    return await use({
      size,
      read: async (start, end) => {
        const buffer = new Uint8Array(Math.max(0, Math.min(end, size) - start));
        const { bytesRead } = await handle
          .read(buffer, 0, buffer.length, start)
          .catch((error: unknown) => {
            throw unreadable(file, error);
          });
        return buffer.subarray(0, bytesRead);
      },
    });
  } finally {
    await handle.close();
  }
}

/** Bytes of a file; undefined where there is none. */
export async function fileSize(path: string): Promise<number | undefined> {
  try {
    const found = await stat(path);
    return found.isFile() ? found.size : undefined;
  } catch {
    return;
  }
}

function unreadable({ name }: NamedFile, error: unknown): InputError {
  return error instanceof InputError
    ? error
    : new InputError({ file: name }, `can't be read (${codeOf(error)})`, { cause: error });
}
