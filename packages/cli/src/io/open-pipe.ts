import { closeSync, constants, openSync, read, type Stats } from "node:fs";
import { Socket } from "node:net";
import type { Readable } from "node:stream";
import { setTimeout } from "node:timers/promises";
import { promisify } from "node:util";
import { InputError } from "@berth/core";

/** Pipes that the shell opened for `<(...)` or stdin, which have a writer from the start. */
const HANDED_OVER = /^\/(?:dev|proc\/[^/]+)\/(?:fd\/\d+|stdin)$/;

/** Whether it is a pipe with a name of its own, to which nobody may ever write. */
export function isNamedPipe(path: string, found: Stats): boolean {
  return found.isFIFO() && !HANDED_OVER.test(path);
}

/** Time for a writer that a script starts beside Berth, or a person in another terminal. */
const SECONDS_FOR_WRITER = 10;
const MILLISECONDS_BETWEEN_LOOKS = 50;
const FIRST_BYTES = 65_536;

const readPipe = promisify(read);

/** A named pipe, once it has a writer. Throws an InputError where none comes in time. */
export async function openPipe(
  { path, name }: { readonly path: string; readonly name: string },
  secondsForWriter: number = SECONDS_FOR_WRITER,
): Promise<Readable> {
  // without waiting for a writer, which nothing could end
  const pipe = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const end = Date.now() + secondsForWriter * 1000;
  for (;;) {
    const first = await firstBytes(pipe);
    if (first !== undefined) {
      const stream = new Socket({ fd: pipe, readable: true, writable: false });
      stream.unshift(first);
      return stream;
    }
    if (Date.now() >= end) {
      closeSync(pipe);
      throw new InputError(
        { file: name },
        `expected a file, got a named pipe that nothing wrote to for ${secondsForWriter} s`,
      );
    }
    await setTimeout(MILLISECONDS_BETWEEN_LOOKS);
  }
}

/** What a writer has written, which may be nothing yet; undefined where there is no writer. */
async function firstBytes(pipe: number): Promise<Buffer | undefined> {
  const buffer = Buffer.alloc(FIRST_BYTES);
  try {
    const { bytesRead } = await readPipe(pipe, buffer, 0, buffer.length, null);
    return bytesRead === 0 ? undefined : buffer.subarray(0, bytesRead);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EAGAIN") {
      return Buffer.alloc(0);
    }
    throw error;
  }
}
