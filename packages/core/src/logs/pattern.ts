import { type Amount, type AssumedUnit, amountAfter, amountBefore } from "./amounts.ts";
import type { LogTerm } from "./log-document.ts";

/** One number of one kind of line. */
export interface LinePattern {
  readonly term: LogTerm;
  /** Comes first in the line; `after` and `before` are looked for behind it. */
  readonly on?: string;
  /** The number stands right after this text; `takesLast`: after its last occurrence. */
  readonly after?: string;
  readonly takesLast?: boolean;
  /** Or right before this one. */
  readonly before?: string;
  /** Where the line prints no unit, or what it counts. GiB unless said. */
  readonly unit?: AssumedUnit;
  /** Lines of this kind add up: each says a part. Otherwise the last one holds. */
  readonly adds?: boolean;
  /** The rank is the number after this text: a device or a rank in the middle of the line. */
  readonly rankAfter?: string;
  readonly source: string;
}

/** The number of a line that the pattern is of; undefined where it is none of its lines. */
export function matchPattern(pattern: LinePattern, line: string): Amount | undefined {
  const { on, after, before, takesLast = false, unit = "GiB" } = pattern;
  const start = on === undefined ? 0 : line.indexOf(on);
  const from = start < 0 ? -1 : start + (on?.length ?? 0);
  if (from < 0) {
    return;
  }
  if (before !== undefined) {
    const at = line.indexOf(before, from);
    return at < 0 ? undefined : amountBefore(line, at, unit);
  }
  const text = after ?? "";
  const at = takesLast ? line.lastIndexOf(text) : line.indexOf(text, from);
  return at < from ? undefined : amountAfter(line, at + text.length, unit);
}
