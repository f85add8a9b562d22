import { MAX_DEPTH } from "./limits.ts";
import type { Line } from "./lines.ts";

/** One line of -q with the keys above it. */
export interface Entry {
  readonly number: number;
  /** Keys from the outermost, in lower case, joined by "/": "fb memory usage/total". */
  readonly path: string;
  /** The key as printed. */
  readonly key: string;
  /** Absent for a heading. */
  readonly value?: string;
  /** 0 for the machine's own lines and the cards' headings. */
  readonly depth: number;
}

/** Cards of -q begin with this line; nothing else in the output looks like it. */
const GPU_HEADING = /^GPU ([0-9A-F]{4,8}:[0-9A-F]{2}:[0-9A-F]{2}\.[0-9A-F])$/i;

/** Bus id of the heading `GPU 00000000:1A:00.0`, or undefined for another line. */
export function gpuHeading(text: string): string | undefined {
  return GPU_HEADING.exec(text.trim())?.[1];
}

/** Longest key kept. The longest seen has 40 characters; the limit bounds the paths of nested lines. */
const MAX_KEY_CHARS = 80;

/** True for `Driver Version      : 580.159.04`: a key that is padded, then the colon. */
export function isQueryEntry(text: string): boolean {
  const colon = text.indexOf(" :");
  return colon > 1 && text[colon - 1] === " " && /^\s{0,80}[A-Za-z]/.test(text);
}

/** Lines as entries; what stands deeper in the indentation has the longer path. Blank lines are left out. */
export function queryEntries(lines: readonly Line[]): readonly Entry[] {
  const above: { indent: number; key: string }[] = [];
  const entries: Entry[] = [];
  for (const { text, number } of lines) {
    const trimmed = text.trim();
    if (trimmed === "" || trimmed.startsWith("==")) {
      continue;
    }
    const indent = text.length - text.trimStart().length;
    while ((above.at(-1)?.indent ?? -1) >= indent) {
      above.pop();
    }
    const { key, value } = keyAndValue(trimmed);
    const depth = above.length;
    if (depth < MAX_DEPTH) {
      above.push({ indent, key: key.slice(0, MAX_KEY_CHARS).toLowerCase() });
      const path = above.map((parent) => parent.key).join("/");
      entries.push({ number, path, key, depth, ...(value === undefined ? {} : { value }) });
    }
  }
  return entries;
}

function keyAndValue(text: string): { readonly key: string; readonly value?: string } {
  const colon = `${text} `.indexOf(" : ");
  return colon < 0
    ? { key: text }
    : { key: text.slice(0, colon).trimEnd(), value: text.slice(colon + 3).trim() };
}
