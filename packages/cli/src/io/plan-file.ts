import { resolve } from "node:path";
import { readStream, readText } from "./read-text.ts";
import type { Terminal } from "./terminal.ts";

/** A plan of 4,000 cards is below 50 MB. */
export const MAX_PLAN_BYTES = 200_000_000;

/** The text of a plan file; - is stdin. Throws an InputError when it can't be read or is too long. */
export function readPlanText(file: string, terminal: Terminal): Promise<string> {
  return file === "-"
    ? readStream("stdin", terminal.stdin, MAX_PLAN_BYTES)
    : readText({ path: resolve(terminal.cwd, file), name: file, maxBytes: MAX_PLAN_BYTES });
}
