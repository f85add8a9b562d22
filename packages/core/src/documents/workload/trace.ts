import type { TraceRequest } from "../../capacity/workload.ts";
import { InputError, shown } from "../../report/errors.ts";
import { seconds, tokens } from "../../units/units.ts";

/** Requests of a trace, in time order from 0, and lines that hold none. */
export interface Trace {
  readonly requests: readonly TraceRequest[];
  /** Requests without an answer, which public traces list as failed. */
  readonly skipped: number;
}

/** Longest trace read. BurstGPT's second version has 5.3 million lines; ten million leave room and fit in memory. */
const MOST_LINES = 10_000_000;

/** Longest prompt or output of a request, as of the fleet file's lengths: a simulation would not get past a longer one. */
const MOST_TOKENS = 100_000_000;

/** Latest second of a trace: the year 9999, in which dates end too. */
const MOST_SECONDS = 253_402_300_800;

/** The columns by the names of our own header, of BurstGPT and of Azure's LLM inference traces. */
const NAMES = {
  at: ["time", "timestamp", "arrived_at"],
  prompt: ["prompt tokens", "prompt", "request tokens", "contexttokens", "num_prefill_tokens"],
  output: ["output tokens", "output", "response tokens", "generatedtokens", "num_decode_tokens"],
} as const;

/**
 * A trace of one request a line: `time, prompt tokens, output tokens`, with or without a header; times are seconds
 * or dates from 1970 on. BurstGPT's and Azure's CSV files are read as they are. Throws an InputError for a line that is none of these.
 */
export function parseTrace(file: string, text: string): Trace {
  const lines = text.split(/\r?\n/, MOST_LINES + 2).filter((line) => line.trim() !== "");
  if (lines.length > MOST_LINES) {
    throw new InputError({ file }, `expected at most ${MOST_LINES} lines, got more`);
  }
  const header = headerOf(file, lines[0] ?? "");
  const body = header === undefined ? lines : lines.slice(1);
  const first = header === undefined ? 1 : 2;
  const columns = header ?? { at: 0, prompt: 1, output: 2 };
  const requests = body.flatMap((line, i) => requestOf({ file, line, number: i + first }, columns));
  if (requests.length === 0) {
    throw new InputError(
      { file },
      body.length === 0
        ? "expected requests, got a trace without any"
        : `expected requests with an answer, got ${body.length} without prompt or output tokens`,
    );
  }
  requests.sort((a, b) => a.at - b.at);
  const start = requests[0]?.at ?? 0;
  return {
    requests: requests.map((request) => ({ ...request, at: seconds(request.at - start) })),
    skipped: body.length - requests.length,
  };
}

interface Columns {
  readonly at: number;
  readonly prompt: number;
  readonly output: number;
}

/** Undefined where the first line is a request already. */
function headerOf(file: string, line: string): Columns | undefined {
  const cells = cellsOf(line).map((cell) => cell.toLowerCase());
  if (!cells.some((cell) => /^[a-z]/.test(cell))) {
    return undefined;
  }
  const find = (names: readonly string[]): number =>
    cells.findIndex((cell) => names.includes(cell));
  const columns = { at: find(NAMES.at), prompt: find(NAMES.prompt), output: find(NAMES.output) };
  const missing = (["at", "prompt", "output"] as const).find((name) => columns[name] < 0);
  if (missing !== undefined) {
    throw new InputError(
      { file, key: "line 1" },
      `expected a column ${NAMES[missing].join(" or ")}, got ${shown(line)}`,
    );
  }
  return columns;
}

interface Line {
  readonly file: string;
  readonly line: string;
  readonly number: number;
}

function requestOf(place: Line, columns: Columns): readonly TraceRequest[] {
  const cells = cellsOf(place.line);
  const at = timeOf(cells[columns.at] ?? "");
  const prompt = countOf(cells[columns.prompt] ?? "");
  const output = countOf(cells[columns.output] ?? "");
  if (at === undefined || prompt === undefined || output === undefined) {
    throw new InputError(
      { file: place.file, key: `line ${place.number}` },
      `expected a time, prompt tokens and output tokens (at most ${MOST_TOKENS}), got ${shown(place.line)}`,
    );
  }
  return prompt > 0 && output > 0 ? [{ at, prompt: tokens(prompt), output: tokens(output) }] : [];
}

function cellsOf(line: string): readonly string[] {
  const cells = line.includes('"') ? (line.match(CELL) ?? []) : line.split(",");
  return cells.map((cell) => cell.trim().replace(/^"(.*)"$/, "$1"));
}

/** What lies between commas that are not in quotes; an empty one before a comma too. */
const CELL = /(?:"[^"]*"|[^",])+|(?<=,|^)(?=,|$)/g;

/** Seconds, or the seconds of a date; those of Azure have a space for the T and up to seven digits after the dot. */
function timeOf(cell: string): TraceRequest["at"] | undefined {
  if (/^\d+(\.\d+)?$/.test(cell)) {
    return secondsWithin(Number(cell));
  }
  const date = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(\.\d+)?(Z|[+-]\d\d:\d\d)?$/.exec(cell);
  const whole = date === null ? Number.NaN : Date.parse(`${date[1]}T${date[2]}${date[4] ?? "Z"}`);
  return secondsWithin(whole / MILLI + Number(`0${date?.[3] ?? ""}`));
}

function secondsWithin(value: number): TraceRequest["at"] | undefined {
  return value >= 0 && value <= MOST_SECONDS ? seconds(value) : undefined;
}

const MILLI = 1000;

function countOf(cell: string): number | undefined {
  const value = /^\d+(\.0+)?$/.test(cell) ? Number(cell) : Number.NaN;
  return value <= MOST_TOKENS ? value : undefined;
}
