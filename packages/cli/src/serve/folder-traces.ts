import { resolve } from "node:path";
import { InputError } from "@berth/core";
import { parseTrace, type Trace } from "@berth/core/capacity";
import { MAX_TRACE_BYTES } from "../io/plan-parts.ts";
import { readStream } from "../io/read-text.ts";
import { type Folder, openInside } from "./inside-folder.ts";

/**
 * Traces by the names that files of `beside` give them, of the folder only. Throws an InputError for one outside of it
 * or hidden in it, for one that is no file, and for one that can't be read.
 */
export async function folderTraces(
  folder: Folder,
  beside: string,
  names: readonly string[],
): Promise<ReadonlyMap<string, Trace>> {
  const traces = new Map<string, Trace>();
  for (const name of new Set(names)) {
    traces.set(name, parseTrace(name, await textInside(folder, resolve(beside, name), name)));
  }
  return traces;
}

async function textInside(folder: Folder, path: string, name: string): Promise<string> {
  const handle = await openInside(folder, path, name);
  if (handle === undefined) {
    throw new InputError({ file: name }, "no such file");
  }
  try {
    const { size } = await handle.stat();
    if (size > MAX_TRACE_BYTES) {
      const expected = `expected at most ${MAX_TRACE_BYTES} bytes, got ${size}`;
      throw new InputError({ file: name }, expected);
    }
    return await readStream(name, handle.createReadStream({ autoClose: false }), MAX_TRACE_BYTES);
  } finally {
    await handle.close();
  }
}
