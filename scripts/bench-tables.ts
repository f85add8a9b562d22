import { readFileSync, writeFileSync } from "node:fs";
import { cpus, loadavg, totalmem } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The root of the checkout. */
export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

const PAGE = join(ROOT, "docs/benchmarks/speed.md");
const GIB = 1024 ** 3;

/** How busy the machine was before the benchmark began. */
const [LOAD = 0] = loadavg();

/** The middle one of several values. */
export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

/** The middle value, with the least and the most in brackets. */
export function spread(values: readonly number[], digits = 0): string {
  const [middle, least, most] = [median(values), Math.min(...values), Math.max(...values)].map(
    (value) =>
      value.toLocaleString("en", { maximumFractionDigits: digits, minimumFractionDigits: digits }),
  );
  return values.length === 1 ? `${middle}` : `${middle} (${least} to ${most})`;
}

/** A Markdown table. */
export function markdownTable(
  columns: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  return [columns, columns.map(() => "---"), ...rows]
    .map((cells) => `| ${cells.join(" | ")} |`)
    .join("\n");
}

/** Where and when a table was made, and what else the machine did then. */
export function machineText(): string {
  const own = cpus();
  const memory = Math.round(totalmem() / GIB);
  const day = new Date().toISOString().slice(0, 10);
  return `${day}, ${own.length} cores of ${own[0]?.model.trim()}, ${memory} GiB, Node ${process.versions.node}; load ${LOAD.toFixed(1)} before it began.`;
}

/** Prints a table and, with --write among the arguments, puts it into its section of docs/benchmarks/speed.md. */
export function giveTable(section: string, table: string, args: readonly string[]): void {
  process.stdout.write(`${table}\n`);
  if (!args.includes("--write")) {
    return;
  }
  const begin = `<!-- measured: ${section} -->`;
  const end = `<!-- end of ${section} -->`;
  const [before, rest] = readFileSync(PAGE, "utf8").split(begin);
  const after = rest?.split(end)[1];
  if (after === undefined) {
    throw new Error(`${PAGE}: expected ${begin} and ${end} in it`);
  }
  writeFileSync(PAGE, `${before}${begin}\n\n${machineText()}\n\n${table}\n\n${end}${after}`);
}
