import type { Line } from "./lines.ts";

/** One row of a plain table between its outer bars. */
export interface Row {
  readonly number: number;
  /** What stands between the first and the last bar, trimmed. */
  readonly text: string;
  /** The same, cut at the inner bars; each trimmed. */
  readonly cells: readonly string[];
  /** False where the right border is missing: the row was cut, and its last cell can't be trusted. */
  readonly isClosed: boolean;
}

/** True for a line made of the table's border signs only. */
export function isBorder(text: string): boolean {
  return /^[+|][-=+]{3,}/.test(text) && !/[A-Za-z0-9]/.test(text.slice(0, 400));
}

/** Rows and borders of a table; rows that a narrow terminal wrapped are put together again. */
export function tableRows(lines: readonly Line[]): readonly (Row | "border")[] {
  return unwrap(lines).map((line) => (isBorder(line.text) ? "border" : rowOf(line)));
}

function rowOf({ number, text }: Line): Row {
  const isClosed = text.length > 1 && (text.endsWith("|") || text.endsWith("+"));
  const inner = text.slice(1, isClosed ? -1 : undefined);
  return {
    number,
    text: inner.trim(),
    cells: inner.split("|").map((cell) => cell.trim()),
    isClosed,
  };
}

/** Joins to each row the lines that don't begin with a bar and end with one. Other lines are left out. */
function unwrap(lines: readonly Line[]): readonly Line[] {
  const joined: { number: number; text: string }[] = [];
  for (const line of lines) {
    const text = line.text.trim();
    const last = joined.at(-1);
    if (text.startsWith("|") || /^\+[-=]/.test(text)) {
      joined.push({ number: line.number, text });
    } else if (last !== undefined && /[|+=-]$/.test(text)) {
      last.text += ` ${text}`;
    }
  }
  return joined;
}
