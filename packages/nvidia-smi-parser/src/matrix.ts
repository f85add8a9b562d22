import { NvidiaSmiParseError } from "./errors.ts";
import { MAX_MATRIX_COLUMNS } from "./limits.ts";
import type { Line } from "./lines.ts";
import { present } from "./present.ts";
import type { GpuLink, Warning } from "./types.ts";

const TOPOLOGY_WORD = /^(?:NV\d{1,3}|PIX|PXB|PHB|NODE|SYS|SOC)$/;
const P2P_WORD = /^(?:OK|CNS|GNS|TNS|NS|U|DR|NVL)$/;
/** A word in a cell; what it means is for the reader of the report. */
const LINK_WORD = /^(?:[A-Z][A-Z0-9]{0,7}|N\/A)$/;
/** Cards, and network cards by NIC number or by device: mlx5_0, mlx5_bond_0, rdmap79s0. */
const COLUMN = /^(?:GPU\d{1,4}|NIC\d{1,4}|[a-z][A-Za-z0-9_]{0,30}\d)$/;
const GPU = /^GPU(\d{1,4})$/;

/** One row: links in the order of the columns, and what stands behind them. */
export interface MatrixRow {
  readonly label: string;
  readonly links: readonly string[];
  /** The line behind the last link, and the column at which it begins, counted from the label. */
  readonly rest: string;
  readonly restAt: number;
}

/** A table of links as topo prints it. */
export interface Matrix {
  readonly columns: readonly string[];
  /** By label; of two rows with one label the first counts. */
  readonly rows: ReadonlyMap<string, MatrixRow>;
  readonly hasAffinity: boolean;
  readonly warnings: readonly Warning[];
}

/** True for the head of a matrix: GPU0, GPU1, … and no link between them. */
export function isMatrixHeader(text: string): boolean {
  const [first = "", second] = text.trim().split(/\s+/, 2);
  const isName = second === undefined || COLUMN.test(second) || /^(?:CPU|NUMA)$/.test(second);
  return GPU.test(first) && isName;
}

/** True where the words in the cells, or else the legend, are those of topo -p2p. */
export function isP2p(matrix: Matrix, lines: readonly Line[]): boolean {
  const words = [...matrix.rows.values()].flatMap((row) => row.links);
  if (words.some((word) => TOPOLOGY_WORD.test(word)) || matrix.hasAffinity) {
    return false;
  }
  const legend = (pattern: RegExp) => lines.some((line) => pattern.test(line.text.trim()));
  return words.some((word) => P2P_WORD.test(word)) || legend(/^CNS {1,4}= /);
}

/** Reads the matrix under the first header. Throws NvidiaSmiParseError where no card's row follows. */
export function readMatrix(lines: readonly Line[]): Matrix {
  const at = lines.findIndex((line) => isMatrixHeader(line.text));
  const header = lines[at]?.text.trim() ?? "";
  const names = header.split(/\s+/);
  const end = names.findIndex((name) => !COLUMN.test(name));
  const columns = end < 0 ? names : names.slice(0, end);
  const where = present({ line: lines[at]?.number });
  if (columns.length > MAX_MATRIX_COLUMNS) {
    const message = `expected at most ${MAX_MATRIX_COLUMNS} columns, got ${columns.length}`;
    throw new NvidiaSmiParseError("too-large", message, where);
  }
  const found = lines.slice(at + 1).flatMap((line) => rowOf(line.text, columns) ?? []);
  const rows = new Map(found.reverse().map((row) => [row.label, row]));
  if (!columns.some((name) => GPU.test(name) && rows.has(name))) {
    const message = `expected a row of ${columns[0] ?? "GPU0"} below the head of the matrix`;
    throw new NvidiaSmiParseError("truncated", message, where);
  }
  const hasAffinity = header.includes("Affinity");
  return { columns, rows, hasAffinity, warnings: cutRows(columns, rows) };
}

/** Links between cards, each pair once, from whichever of its two cells is there. */
export function gpuLinks(matrix: Matrix): readonly GpuLink[] {
  const links: GpuLink[] = [];
  const indices = gpuIndices(matrix);
  for (const a of indices) {
    for (const b of indices.filter((other) => other > a)) {
      const kind = cell(matrix, `GPU${a}`, `GPU${b}`) ?? cell(matrix, `GPU${b}`, `GPU${a}`);
      if (kind !== undefined) {
        links.push({ a, b, kind });
      }
    }
  }
  return links;
}

/** Numbers of the cards in the head, in its order. */
export function gpuIndices(matrix: Matrix): readonly number[] {
  return matrix.columns.flatMap((name) => {
    const index = GPU.exec(name)?.[1];
    return index === undefined ? [] : [Number(index)];
  });
}

/** The word where a row and a column cross, or undefined where the row is missing or short. */
export function cell(matrix: Matrix, label: string, column: string): string | undefined {
  return matrix.rows.get(label)?.links[matrix.columns.indexOf(column)];
}

function rowOf(text: string, columns: readonly string[]): MatrixRow | undefined {
  const line = text.trimStart();
  const words = [...line.matchAll(/\S+/g)].slice(0, columns.length + 1);
  const label = words[0]?.[0] ?? "";
  const links = words.slice(1).map((word) => word[0]);
  const isRow =
    columns.includes(label) && links.length > 0 && links.every((word) => LINK_WORD.test(word));
  const last = words.at(-1);
  const restAt = (last?.index ?? 0) + (last?.[0].length ?? 0);
  return isRow ? { label, links, rest: line.slice(restAt), restAt } : undefined;
}

function cutRows(
  columns: readonly string[],
  rows: ReadonlyMap<string, MatrixRow>,
): readonly Warning[] {
  return columns
    .filter((name) => GPU.test(name) && rows.get(name)?.links.length !== columns.length)
    .map((name) => ({ code: "cut", text: `the row of ${name} is missing or short` }));
}
