import { InputError } from "@berth/core";
import { parseTrace, type Trace } from "@berth/core/capacity";
import { FLEET_FILE, type WorkspaceFile } from "../state/workspace.ts";
import type { TraceSummary } from "./protocol.ts";

/** Traces that were read before, since a long one takes longer than all that is asked of it. */
const read = new Map<string, { readonly text: string; readonly trace: Trace }>();

/** The traces of these names. Throws an InputError for one that is not among the files, or can't be read. */
export function readTraces(
  files: readonly WorkspaceFile[],
  names: readonly string[],
): ReadonlyMap<string, Trace> {
  for (const name of read.keys()) {
    if (!names.includes(name)) {
      read.delete(name);
    }
  }
  return new Map(names.map((name) => [name, traceNamed(files, name)]));
}

/** What a trace holds, in short. Throws an InputError for what is none. */
export function summaryOf({ name, text }: WorkspaceFile): TraceSummary {
  const { requests, skipped } = parseTrace(name, text);
  return { requests: requests.length, skipped, seconds: requests.at(-1)?.at ?? 0 };
}

function traceNamed(files: readonly WorkspaceFile[], name: string): Trace {
  const text = files.find((file) => file.name === name)?.text;
  if (text === undefined) {
    throw new InputError(
      { file: FLEET_FILE, key: "trace" },
      `expected a trace that was brought here, got ${name}; drop that file on the page`,
    );
  }
  const known = read.get(name);
  if (known?.text === text) {
    return known.trace;
  }
  const trace = parseTrace(name, text);
  read.set(name, { text, trace });
  return trace;
}
