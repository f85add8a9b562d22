import { XMLParser, XMLValidator } from "fast-xml-parser";
import { NvidiaSmiParseError } from "./errors.ts";
import { MAX_DEPTH, MAX_XML_DOCUMENTS, MAX_XML_TAGS } from "./limits.ts";
import type { GpuReport } from "./types.ts";
import { xmlReport } from "./xml-report.ts";

const ROOT = "nvidia_smi_log";

/** Entities are never expanded, so a document can't grow while it is read. */
const PARSER = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: "@",
  parseTagValue: false,
  parseAttributeValue: false,
  processEntities: false,
  maxNestedTags: MAX_DEPTH,
  isArray: (name) => name === "gpu" || name === "mig_device" || name === "process_info",
});

/** What stands around the XML, with as many lines as before, and the reports of the XML itself. */
interface XmlParts {
  readonly reports: readonly GpuReport[];
  readonly rest: string;
}

/**
 * Takes each `<nvidia_smi_log>` out of the text. The DOCTYPE in front of it is not read. Throws NvidiaSmiParseError
 * where one is not closed, not well-formed, declares entities, or is above the limits.
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
    line += newlines(before);
    const xml = documentAt(text, start);
    if (reports.length >= MAX_XML_DOCUMENTS) {
      const message = `expected at most ${MAX_XML_DOCUMENTS} <${ROOT}> documents, got more`;
      throw new NvidiaSmiParseError("too-large", message, { line });
    }
    reports.push(parseDocument(xml, line));
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

function parseDocument(xml: string, line: number): GpuReport {
  checkBounds(xml, line);
  const problem = XMLValidator.validate(xml);
  if (problem !== true) {
    const where = { line: line + problem.err.line - 1 };
    throw new NvidiaSmiParseError(
      "malformed",
      `expected well-formed XML: ${problem.err.msg}`,
      where,
    );
  }
  try {
    return xmlReport(PARSER.parse(xml), line);
  } catch (cause) {
    if (cause instanceof NvidiaSmiParseError) {
      throw cause;
    }
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new NvidiaSmiParseError("malformed", `expected XML of nvidia-smi: ${reason}`, {
      line,
      cause,
    });
  }
}

/** Refuses what the libraries would have to survive: declarations inside, too many tags, too deep nesting. */
function checkBounds(xml: string, line: number): void {
  if (/<!(?:DOCTYPE|ENTITY)/i.test(xml)) {
    throw new NvidiaSmiParseError("malformed", "expected no declarations inside the XML", { line });
  }
  let tags = 0;
  let depth = 0;
  for (const [tag] of xml.matchAll(/<\/?[A-Za-z_]|\/>/g)) {
    tags += 1;
    depth += tag.startsWith("</") || tag === "/>" ? -1 : 1;
    if (depth > MAX_DEPTH || tags > 2 * MAX_XML_TAGS) {
      throw new NvidiaSmiParseError(
        "too-large",
        `expected at most ${MAX_XML_TAGS} tags nested at most ${MAX_DEPTH} deep, got more`,
        { line },
      );
    }
  }
}

function newlines(text: string): number {
  return text.split("\n").length - 1;
}
