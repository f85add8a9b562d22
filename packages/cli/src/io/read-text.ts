import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import type { Readable } from "node:stream";
import { InputError } from "@berth/core";
import { isNamedPipe, openPipe } from "./open-pipe.ts";

/** A file to read: where it is, what messages call it, and how long it may be. */
export interface TextFile {
  readonly path: string;
  readonly name: string;
  readonly maxBytes: number;
  /** `decodeStrictly` unless said. */
  readonly decode?: Decode;
}

type Decode = (name: string, bytes: Uint8Array) => string;

/** The text of a file, or of a named pipe. Throws an InputError when it can't be read or is too long. */
export async function readText(file: TextFile): Promise<string> {
  const text = await textOf(file, openPipe);
  if (text === undefined) {
    throw new InputError({ file: file.name }, "no such file");
  }
  return text;
}

/** As readText, but of files alone; undefined when there is no such file. */
export function readTextIfThere(file: TextFile): Promise<string | undefined> {
  return textOf(file, refusePipe);
}

async function textOf(
  file: TextFile,
  pipe: (file: TextFile) => Promise<Readable>,
): Promise<string | undefined> {
  const { path, name, maxBytes } = file;
  try {
    const found = await stat(path);
    if (found.isDirectory()) {
      throw new InputError({ file: name }, "expected a file, got a folder");
    }
    refuseAbove(name, found.size, maxBytes);
    const stream = isNamedPipe(path, found) ? await pipe(file) : createReadStream(path);
    return await readStream(name, stream, maxBytes, file.decode);
  } catch (error) {
    if (error instanceof InputError) {
      throw error;
    }
    const code = codeOf(error);
    if (code === "ENOENT" || code === "ENOTDIR") {
      return undefined;
    }
    throw new InputError({ file: name }, `can't be read (${code})`, { cause: error });
  }
}

/** In a folder of a model's files, nobody is about to write to a pipe. */
function refusePipe({ name }: TextFile): Promise<never> {
  throw new InputError({ file: name }, "expected a file, got a named pipe");
}

/** All of a stream, as text. Throws an InputError above the limit. */
export async function readStream(
  name: string,
  stream: Readable,
  maxBytes: number,
  decode: Decode = decodeStrictly,
): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    size += chunk.length;
    refuseAbove(name, size, maxBytes);
    chunks.push(chunk);
  }
  return decode(name, Buffer.concat(chunks));
}

/** A text as `decodeText` reads it. Throws an InputError for bytes that are none: what replaced them would stand in names. */
export function decodeStrictly(name: string, bytes: Uint8Array): string {
  try {
    return refuseNul(name, decodeText(bytes, { fatal: true }));
  } catch (error) {
    if (error instanceof InputError) {
      throw error;
    }
    throw new InputError({ file: name }, "expected text in UTF-8, got bytes of another encoding", {
      cause: error,
    });
  }
}

/** What programs print, in which a name may be cut within a letter: other bytes become replacement characters. */
export function decodePrinted(name: string, bytes: Uint8Array): string {
  return refuseNul(name, decodeText(bytes));
}

function refuseNul(name: string, text: string): string {
  if (text.includes("\0")) {
    throw new InputError({ file: name }, "expected text in UTF-8, got bytes that are no text");
  }
  return text;
}

/** UTF-8, or the UTF-16 that PowerShell's `>` writes; without its byte order mark. */
export function decodeText(bytes: Uint8Array, options: { readonly fatal?: boolean } = {}): string {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) {
    return new TextDecoder("utf-16le", options).decode(bytes);
  }
  if (first === 0xfe && second === 0xff) {
    return new TextDecoder("utf-16be", options).decode(bytes);
  }
  return new TextDecoder("utf-8", options).decode(bytes);
}

function refuseAbove(path: string, size: number, maxBytes: number): void {
  if (size > maxBytes) {
    throw new InputError({ file: path }, `expected at most ${maxBytes} bytes, got ${size}`);
  }
}

/** "ENOENT" and the like. */
export function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : String(error);
}
