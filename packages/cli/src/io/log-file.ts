import { resolve } from "node:path";
import { createLogReader, type LogOrigin, type LogReport } from "@berth/core/logs";
import { chunksOf } from "./chunks.ts";
import { linesOf } from "./lines.ts";
import type { Terminal } from "./terminal.ts";

/** What a log of any length says; - is stdin. Throws an InputError when it can't be read. */
export async function readLogFile(
  file: string,
  origin: LogOrigin,
  terminal: Pick<Terminal, "stdin" | "cwd">,
): Promise<LogReport> {
  const reader = createLogReader(origin);
  const chunks: AsyncIterable<Buffer> =
    file === "-" ? terminal.stdin : chunksOf({ path: resolve(terminal.cwd, file), name: file });
  for await (const lines of linesOf(chunks)) {
    for (const { text } of lines) {
      reader.line(text);
    }
  }
  return reader.report();
}
