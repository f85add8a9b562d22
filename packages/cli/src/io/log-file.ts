import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import type { Readable } from "node:stream";
import { InputError } from "@berth/core";
import { createLogReader, type LogOrigin, type LogReport } from "@berth/core/logs";
import { linesOf } from "./lines.ts";
import { codeOf } from "./read-text.ts";
import type { Terminal } from "./terminal.ts";

/** What a log of any length says; - is stdin. Throws an InputError when it can't be read. */
export async function readLogFile(
  file: string,
  origin: LogOrigin,
  terminal: Pick<Terminal, "stdin" | "cwd">,
): Promise<LogReport> {
  const reader = createLogReader(origin);
  try {
    const stream = file === "-" ? terminal.stdin : await openFile(resolve(terminal.cwd, file));
    for await (const lines of linesOf(stream as AsyncIterable<Buffer>)) {
      for (const { text } of lines) {
        reader.line(text);
      }
    }
  } catch (error) {
    const code = codeOf(error);
    const problem = PROBLEMS[code] ?? `can't be read (${code})`;
    throw new InputError({ file }, problem, { cause: error });
  }
  return reader.report();
}

const PROBLEMS: Readonly<Record<string, string>> = {
  ENOENT: "no such file",
  ENOTDIR: "no such file",
  EISDIR: "expected a file, got a folder",
};

/** Asks before it opens, so that the error comes here and not out of the stream. */
async function openFile(path: string): Promise<Readable> {
  await stat(path);
  return createReadStream(path);
}
