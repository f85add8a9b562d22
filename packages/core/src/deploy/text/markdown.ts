import { visible } from "./visible.ts";

/** `text` as words of a Markdown line or table cell: no mark-up, no line break. */
export function markdownText(text: string): string {
  return oneLine(text).replace(/[\\`*_{}[\]<>#|~!&]/g, "\\$&");
}

/** `text` as inline code. Backticks in it are no problem; line breaks are shown as escapes. */
export function markdownCode(text: string): string {
  const line = oneLine(text).replaceAll("|", "\\|");
  const longest = Math.max(0, ...[...line.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  const pad = line === "" || line.startsWith("`") || line.endsWith("`") ? " " : "";
  return `${fence}${pad}${line}${pad}${fence}`;
}

/** A table; the cells must be Markdown already. Columns named in `right` hold numbers. */
export function markdownTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  right: readonly string[] = [],
): string {
  const rule = head.map((title) => (right.includes(title) ? "---:" : "---"));
  return [head, rule, ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function oneLine(text: string): string {
  const shown = visible(text).slice(1, -1);
  return shown.replaceAll('\\"', '"').replaceAll("\\\\", "\\");
}
