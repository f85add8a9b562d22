import { csvFields, csvHeader } from "./csv-columns.ts";
import { inferColumns } from "./csv-infer.ts";
import { NvidiaSmiParseError } from "./errors.ts";
import type { Line } from "./lines.ts";
import { lostCards, warningsIn } from "./notices.ts";
import { mapText, present } from "./present.ts";
import { isUnavailable, printedBareNumber, printedText, wholeNumber } from "./printed-values.ts";
import { readGpuFields } from "./read-gpu-fields.ts";
import type { AppProcess, AppsReport, Gpu, GpuReport, Warning } from "./types.ts";

/** One row: the printed text by column. */
type Row = ReadonlyMap<string, string>;

/** CSV under its header. Throws NvidiaSmiParseError where a header of --query-gpu has no row below it. */
export function parseCsv(lines: readonly Line[]): GpuReport | AppsReport {
  const at = lines.findIndex((line) => csvHeader(line.text) !== undefined);
  const columns = csvHeader(lines[at]?.text ?? "") ?? [];
  const below = lines.slice(at + 1);
  const end = below.findIndex((line) => !isRow(line.text, columns));
  const rows = end < 0 ? below : below.slice(0, end);
  const next = end < 0 ? undefined : below[end];
  const cut: readonly Warning[] =
    next !== undefined && csvFields(next.text).length > 1
      ? [{ code: "cut", text: "a row has fewer fields than the header", line: next.number }]
      : [];
  const warnings = [...warningsIn([...lines.slice(0, at), ...below.slice(rows.length)]), ...cut];
  return csvReport(columns, rows, warnings);
}

/**
 * CSV of `--format=csv,noheader`, with its columns given or, where they tell themselves, inferred. Undefined where the
 * lines are no such CSV.
 */
export function parseHeaderlessCsv(
  lines: readonly Line[],
  given: readonly string[] | undefined,
): GpuReport | AppsReport | undefined {
  const rows = longestRun(lines);
  const fields = rows.map((line) => csvFields(line.text));
  const columns = given ?? inferColumns(fields);
  if (columns === undefined || columns.length !== fields[0]?.length) {
    return undefined;
  }
  const text = `no header: columns are taken as ${columns.map((name) => name || "?").join(", ")}`;
  const taken: readonly Warning[] =
    given === undefined ? [{ code: "notice", text, ...present({ line: rows[0]?.number }) }] : [];
  return csvReport(columns, rows, [...warningsIn(lines), ...taken]);
}

function isRow(text: string, columns: readonly string[]): boolean {
  const count = csvFields(text).length;
  const isFilled = text.trim() !== "" && !/^\s{0,40}(?:```|\$ )/.test(text);
  return isFilled && (count === columns.length || (count > columns.length && isApps(columns)));
}

/** The longest run of neighbouring lines with the same number of fields, at least two. */
function longestRun(lines: readonly Line[]): readonly Line[] {
  let best: readonly [number, number] = [0, 0];
  let start = 0;
  let count = 0;
  for (const [at, line] of lines.entries()) {
    const fields = csvFields(line.text).length;
    start = fields > 1 && fields === count ? start : at;
    count = fields;
    if (fields > 1 && at + 1 - start > best[1] - best[0]) {
      best = [start, at + 1];
    }
  }
  return lines.slice(...best);
}

function isApps(columns: readonly string[]): boolean {
  return columns.includes("pid");
}

function csvReport(
  columns: readonly string[],
  lines: readonly Line[],
  warnings: readonly Warning[],
): GpuReport | AppsReport {
  const rows = lines.map((line) => rowOf(columns, csvFields(line.text)));
  if (isApps(columns)) {
    return { kind: "csv-apps", processes: rows.flatMap(csvProcess), warnings };
  }
  if (rows.length === 0) {
    throw new NvidiaSmiParseError("truncated", "expected a row below the header of the CSV");
  }
  const gpus = latest(rows.map(csvGpu));
  return {
    kind: "csv-gpus",
    host: csvHost(rows),
    gpus,
    warnings: [...warnings, ...lostCards(gpus)],
  };
}

/** Fields by column; what is too much belongs to a process name with commas in it. */
function rowOf(columns: readonly string[], fields: readonly string[]): Row {
  const surplus = fields.length - columns.length;
  const at = columns.indexOf("process_name");
  const merged =
    surplus > 0 && at >= 0
      ? [
          ...fields.slice(0, at),
          fields.slice(at, at + surplus + 1).join(", "),
          ...fields.slice(at + surplus + 1),
        ]
      : fields;
  return new Map(columns.map((column, position) => [column, merged[position] ?? ""]));
}

function csvGpu(row: Row): Gpu {
  return {
    ...present({ index: wholeNumber(row.get("index")) }),
    ...readGpuFields("csv", (column) => row.get(column)),
  };
}

/** One entry a card: `-l` prints the same cards again and again, and the last row is the newest. */
function latest(gpus: readonly Gpu[]): readonly Gpu[] {
  return gpus.some((gpu) => gpu.index === undefined)
    ? gpus
    : [...new Map(gpus.map((gpu) => [gpu.index, gpu])).values()];
}

function csvHost(rows: readonly Row[]): GpuReport["host"] {
  const first = (column: string) => {
    const texts = rows.map((row) => row.get(column)).filter((text) => text !== undefined);
    return texts.find((text) => !isUnavailable(text)) ?? texts[0];
  };
  return present({
    timestamp: first("timestamp"),
    driverVersion: mapText(first("driver_version") ?? first("kmd_version"), printedText),
    attachedGpus: wholeNumber(first("count")),
  });
}

function csvProcess(row: Row): readonly AppProcess[] {
  const pid = wholeNumber(row.get("pid"));
  if (pid === undefined) {
    return [];
  }
  const text = (...columns: readonly string[]) =>
    mapText(
      columns.map((column) => row.get(column)).find((found) => found !== undefined),
      printedText,
    );
  const used = row.get("used_gpu_memory") ?? row.get("used_memory");
  const process = present({
    pid,
    name: text("process_name", "name"),
    usedMiB: mapText(used, (printed) => printedBareNumber(printed, "MiB")),
    gpuUuid: text("gpu_uuid"),
    gpuName: text("gpu_name"),
    gpuBusId: text("gpu_bus_id"),
    gpuSerial: text("gpu_serial"),
  });
  return [process];
}
