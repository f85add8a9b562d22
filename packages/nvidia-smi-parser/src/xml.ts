import { NvidiaSmiParseError } from "./errors.ts";
import { MAX_XML_DOCUMENTS } from "./limits.ts";
import type { GpuReport } from "./types.ts";
import { xmlReport } from "./xml-report.ts";
import { xmlRoot } from "./xml-tree.ts";

const ROOT = "nvidia_smi_log";

/** What stands around the XML, with as many lines as before, and the reports of the XML itself. */
interface XmlParts {
  readonly reports: readonly GpuReport[];
  readonly rest: string;
}

/**
 * Takes each `<nvidia_smi_log>` out of the text. What the DOCTYPE in front of it names is not read. Throws
 * NvidiaSmiParseError where one is not closed, not well-formed, declares entities, or is above the limits.
 */
export function takeXml(text: string): XmlParts {
  const reports: GpuReport[] = [];
  const rest: string[] = [];
  let position = 0;
  let line = 1;
  for (;;) {
    const start = text.indexOf(`<${ROOT}`, position);
    const before = text.slice(position, start < 0 ? undefined : start);
    rest.push(before);
    if (start < 0) {
      return { reports, rest: rest.join("") };
    }
    checkNoDeclarations(before, line);
    line += newlines(before);
    const xml = documentAt(text, start);
    if (reports.length >= MAX_XML_DOCUMENTS) {
      const message = `expected at most ${MAX_XML_DOCUMENTS} <${ROOT}> documents, got more`;
      throw new NvidiaSmiParseError("too-large", message, { line });
    }
    reports.push(xmlReport(xmlRoot(xml, line), line));
    rest.push("\n".repeat(newlines(xml)));
    line += newlines(xml);
    position = start + xml.length;
  }
}

function documentAt(text: string, start: number): string {
  const closing = `</${ROOT}>`;
  const end = text.indexOf(closing, start);
  if (end < 0) {
    const line = newlines(text.trimEnd()) + 1;
    const message = `expected ${closing}, but the text ends before it`;
    throw new NvidiaSmiParseError("truncated", message, { line });
  }
  return text.slice(start, end + closing.length);
}

/** nvidia-smi names a DTD in its DOCTYPE, and declares nothing itself. */
const DECLARATION = /<!(?:ENTITY|DOCTYPE[^<>[]*\[)/i;

function checkNoDeclarations(text: string, line: number): void {
  const found = DECLARATION.exec(text);
  if (found !== null) {
    const message =
      "expected a DOCTYPE that declares nothing, got declarations of entities or tags";
    const where = { line: line + newlines(text.slice(0, found.index)) };
    throw new NvidiaSmiParseError("malformed", message, where);
  }
}

function newlines(text: string): number {
  let count = 0;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) {
    count += 1;
  }
  return count;
}
