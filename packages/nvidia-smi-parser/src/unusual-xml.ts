import { XMLParser, XMLValidator } from "fast-xml-parser";
import { NvidiaSmiParseError } from "./errors.ts";
import { MAX_DEPTH, MAX_XML_TAGS } from "./limits.ts";
import type { XmlNode } from "./xml-tree.ts";

/** Tags that are lists though there may be one. */
export const LISTS: ReadonlySet<string> = new Set(["gpu", "mig_device", "process_info"]);

/** Entities are never expanded, so a document can't grow while it is read. */
const PARSER = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: "@",
  parseTagValue: false,
  parseAttributeValue: false,
  processEntities: false,
  maxNestedTags: MAX_DEPTH,
  isArray: (name) => LISTS.has(name),
});

/**
 * The tree of any document, by the XML library. Throws NvidiaSmiParseError where it is not well-formed, declares entities,
 * or is above the limits, and whatever the library throws at names that it refuses.
 */
export function unusualXml(xml: string, line: number): XmlNode {
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
  return PARSER.parse(xml);
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
