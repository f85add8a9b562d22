import { csvHeader } from "./csv-columns.ts";
import type { Line } from "./lines.ts";
import { listedGpu } from "./list.ts";
import { isMatrixHeader } from "./matrix.ts";
import { isMigProfilesHeading } from "./mig-profiles.ts";
import { gpuHeading, isQueryEntry } from "./query-entries.ts";
import { isTimestamp } from "./table-header.ts";
import { isBorder } from "./table-rows.ts";

type SegmentKind = "table" | "query" | "list" | "matrix" | "csv";

/** Neighbouring lines of one output, with whatever stands between them and before the first. */
export interface Segment {
  readonly kind: SegmentKind;
  readonly lines: readonly Line[];
}

interface LineClass {
  readonly kind: SegmentKind;
  /** True for the first line of an output: a second one of the same kind begins here. */
  readonly begins: boolean;
  /** False for what only frames an output: borders and the time above a table. */
  readonly hasSubstance: boolean;
}

/** Cuts a text with several outputs one after another. Empty where no line belongs to any output. */
export function splitSegments(lines: readonly Line[]): readonly Segment[] {
  const segments: { kind: SegmentKind; lines: Line[]; hasSubstance: boolean }[] = [];
  const before: Line[] = [];
  for (const line of lines) {
    const found = classify(line.text);
    const current = segments.at(-1);
    if (found === undefined) {
      (current?.lines ?? before).push(line);
    } else if (found.kind !== current?.kind || (found.begins && current.hasSubstance)) {
      const first = current === undefined ? before : [];
      segments.push({ ...found, lines: [...first, line] });
    } else {
      current.lines.push(line);
      current.hasSubstance ||= found.hasSubstance;
    }
  }
  return segments;
}

function classify(text: string): LineClass | undefined {
  const trimmed = text.trim();
  if (trimmed === "") {
    return undefined; // thousands of them stand where XML was taken out
  }
  if (isTimestamp(trimmed)) {
    return { kind: "table", begins: true, hasSubstance: false };
  }
  if (trimmed.startsWith("|") || /^\+[-=]/.test(trimmed)) {
    const begins = /NVIDIA-SMI \d/.test(trimmed) || isMigProfilesHeading(trimmed);
    return { kind: "table", begins, hasSubstance: !isBorder(trimmed) };
  }
  return classifyPlain(text, trimmed);
}

function classifyPlain(text: string, trimmed: string): LineClass | undefined {
  const listed = listedGpu(trimmed);
  if (listed !== undefined) {
    return { kind: "list", begins: listed.index === 0, hasSubstance: true };
  }
  if (trimmed.includes("NVSMI LOG")) {
    return { kind: "query", begins: true, hasSubstance: true };
  }
  if (gpuHeading(trimmed) !== undefined || isQueryEntry(text)) {
    return { kind: "query", begins: false, hasSubstance: true };
  }
  if (isMatrixHeader(trimmed)) {
    return { kind: "matrix", begins: true, hasSubstance: true };
  }
  return csvHeader(trimmed) === undefined
    ? undefined
    : { kind: "csv", begins: true, hasSubstance: true };
}
