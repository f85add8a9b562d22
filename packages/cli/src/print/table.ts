import Table from "cli-table3";
import type { Look } from "./look.ts";
import { paint } from "./look.ts";

export interface Column {
  readonly title: string;
  readonly align?: "left" | "right";
}

/** No borders, two spaces between columns. */
const CHARACTERS = {
  top: "",
  "top-mid": "",
  "top-left": "",
  "top-right": "",
  bottom: "",
  "bottom-mid": "",
  "bottom-left": "",
  "bottom-right": "",
  left: "",
  "left-mid": "",
  mid: "",
  "mid-mid": "",
  right: "",
  "right-mid": "",
  middle: "  ",
} as const;

/** Rows under their titles; every line is indented by two spaces. */
export function printTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  look: Look,
): string {
  const table = new Table({
    chars: CHARACTERS,
    style: { "padding-left": 0, "padding-right": 0, head: [], border: [] },
    colAligns: columns.map(({ align }) => align ?? "left"),
  });
  table.push(columns.map(({ title }) => paint(look, "dim", title)));
  table.push(...rows.map((row) => [...row]));
  return table
    .toString()
    .split("\n")
    .map((line) => `  ${line.trimEnd()}\n`)
    .join("");
}
