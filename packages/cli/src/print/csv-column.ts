import type { ModelCapacity, UnplacedCapacity } from "@berth/core/capacity";

export type CsvValue = string | number | boolean | undefined;

/** A column of the table. */
export interface CsvColumn {
  readonly name: string;
  readonly of: (model: ModelCapacity) => CsvValue;
  /** Of a model without a place; empty where absent. */
  readonly without?: (model: UnplacedCapacity) => CsvValue;
}

export interface AtPercentile {
  readonly metric: string;
  readonly percentile: number;
}

/** Whether none before it has its metric and percentile. */
export function isFirst(one: AtPercentile, i: number, all: readonly AtPercentile[]): boolean {
  return (
    all.findIndex(
      ({ metric, percentile }) => metric === one.metric && percentile === one.percentile,
    ) === i
  );
}

/** "ttftP99.9"; more digits than arithmetic leaves are cut. */
export function percentileName(metric: string, percentile: number): string {
  return `${metric}P${Number((PERCENT * percentile).toFixed(DIGITS))}`;
}

const PERCENT = 100;
const DIGITS = 6;

/** Names may hold commas and quotes (RFC 4180), and what a spreadsheet would take for a formula. */
export function csvCell(value: CsvValue): string {
  const text = String(value ?? "");
  const safe = typeof value === "string" && /^[=+\-@\t]/.test(text) ? `'${text}` : text;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
