import { withCardNames } from "./card-names.ts";
import { parseCsv, parseHeaderlessCsv } from "./csv.ts";
import { NvidiaSmiParseError } from "./errors.ts";
import { cleanText, type Line, splitLines } from "./lines.ts";
import { parseList } from "./list.ts";
import { isP2p, readMatrix } from "./matrix.ts";
import { isMigProfilesHeading, parseMigProfiles } from "./mig-profiles.ts";
import { isNvlinkLine, parseNvlink } from "./nvlink.ts";
import { p2pReport } from "./p2p.ts";
import { parseQuery } from "./query.ts";
import { reportedError } from "./reported-error.ts";
import { type Segment, splitSegments } from "./segments.ts";
import { parseTable } from "./table.ts";
import { topologyReport } from "./topo.ts";
import type { NvidiaSmiOutput } from "./types.ts";
import { takeXml } from "./xml.ts";

/** What a text does not say of itself. */
export interface ParseOptions {
  /**
   * Columns of CSV that was printed with `noheader`, as given to --query-gpu or --query-compute-apps.
   *
   * @default told from the values, where they tell
   */
  readonly columns?: readonly string[];
}

/** Which of several outputs in one text says most of the cards; the first of equals. */
const PREFERENCE: readonly NvidiaSmiOutput["kind"][] = [
  "xml",
  "query",
  "table",
  "csv-gpus",
  "topology",
  "p2p",
  "list",
  "csv-apps",
  "nvlink",
  "mig-profiles",
];

/**
 * What nvidia-smi printed; `kind` says which of its outputs it is. Of several outputs in one text, the one that says
 * most of the cards: parseNvidiaSmiOutputs gives all. Throws NvidiaSmiParseError, and nothing else, where the text is
 * no output of nvidia-smi, is cut so that nothing usable is left, or is too large.
 */
export function parseNvidiaSmi(text: string, options: ParseOptions = {}): NvidiaSmiOutput {
  const outputs = parseNvidiaSmiOutputs(text, options);
  const best = PREFERENCE.map((kind) => outputs.find((output) => output.kind === kind)).find(
    (output) => output !== undefined,
  );
  if (best === undefined) {
    throw notRecognised(text);
  }
  return best;
}

/** All outputs in the text, XML first, then in the order of the text; at least one. Throws as parseNvidiaSmi. */
export function parseNvidiaSmiOutputs(
  text: string,
  options: ParseOptions = {},
): readonly NvidiaSmiOutput[] {
  const { reports, rest } = takeXml(cleanText(text));
  const lines = splitLines(rest);
  const attempts = splitSegments(lines).map(attempt);
  const outputs = [...reports, ...attempts.filter(isOutput)];
  if (outputs.length > 0) {
    return withCardNames(withCutSegments(outputs, attempts.filter(isError)));
  }
  const csv = parseHeaderlessCsv(lines, options.columns);
  if (csv !== undefined) {
    return [csv];
  }
  throw reportedError(lines) ?? attempts.find(isError) ?? notRecognised(rest);
}

function attempt(segment: Segment): NvidiaSmiOutput | NvidiaSmiParseError {
  try {
    return parseSegment(segment);
  } catch (error) {
    if (error instanceof NvidiaSmiParseError) {
      return error;
    }
    throw error;
  }
}

function parseSegment({ kind, lines }: Segment): NvidiaSmiOutput {
  switch (kind) {
    case "table":
      return has(lines, isMigProfilesHeading) ? parseMigProfiles(lines) : parseTable(lines);
    case "query":
      return parseQuery(lines);
    case "list":
      return has(lines, isNvlinkLine) ? parseNvlink(lines) : parseList(lines);
    case "matrix": {
      const matrix = readMatrix(lines);
      return isP2p(matrix, lines) ? p2pReport(matrix, lines) : topologyReport(matrix, lines);
    }
    case "csv":
      return parseCsv(lines);
    default:
      return kind satisfies never;
  }
}

function has(lines: readonly Line[], test: (text: string) => boolean): boolean {
  return lines.some((line) => test(line.text));
}

function isError(result: NvidiaSmiOutput | NvidiaSmiParseError): result is NvidiaSmiParseError {
  return result instanceof NvidiaSmiParseError;
}

function isOutput(result: NvidiaSmiOutput | NvidiaSmiParseError): result is NvidiaSmiOutput {
  return !isError(result);
}

/** An output that was too short to read leaves a warning on the first that was read. */
function withCutSegments(
  outputs: readonly NvidiaSmiOutput[],
  errors: readonly NvidiaSmiParseError[],
): readonly NvidiaSmiOutput[] {
  const cut = errors
    .filter((error) => error.code === "truncated")
    .map((error) => ({ code: "cut" as const, text: error.message }));
  return outputs.map((output, at) =>
    at === 0 ? { ...output, warnings: [...output.warnings, ...cut] } : output,
  );
}

function notRecognised(text: string): NvidiaSmiParseError {
  const first = text.trim().split("\n", 1)[0] ?? "";
  return new NvidiaSmiParseError(
    "not-nvidia-smi",
    `expected an output of nvidia-smi (-q -x, -q, the table, --query-gpu CSV, -L, topo), got ${JSON.stringify(first.slice(0, 80))}`,
  );
}
