import { parseXml, XmlElement, XmlError } from "@rgrove/parse-xml";
import { NvidiaSmiParseError } from "./errors.ts";
import { MAX_DEPTH, MAX_XML_TAGS } from "./limits.ts";

/** A tag of the document. */
export type XmlNode = XmlElement;

/** Characters that XML may not hold, but a process name may. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const NOT_XML = /[\0-\x08\x0B\x0C\x0E-\x1F\uFFFE\uFFFF]/g;

/**
 * The root tag of a document that begins at `line`. A document can't grow while it is read: no entity has more than one
 * character. Throws NvidiaSmiParseError where it is not well-formed, declares entities or refers to any but XML's own
 * five, or is above the limits.
 */
export function xmlRoot(xml: string, line: number): XmlNode | undefined {
  checkBounds(xml, line);
  try {
    return parseXml(xml.replace(NOT_XML, "\uFFFD")).root ?? undefined;
  } catch (cause) {
    const where = { line: line + (cause instanceof XmlError ? cause.line - 1 : 0), cause };
    const [reason = ""] = (cause instanceof Error ? cause.message : String(cause)).split("\n");
    throw new NvidiaSmiParseError("malformed", `expected well-formed XML: ${reason}`, where);
  }
}

/** Refuses what the library would have to survive: declarations inside, too many tags, too deep nesting. */
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

/** The child tag (the first of several) at a path such as "pci/pci_bus_id", or undefined. */
export function childAt(node: XmlNode, path: string): XmlNode | undefined {
  let here: XmlNode | undefined = node;
  for (const name of path.split("/")) {
    here = here?.children.find((child) => isTag(child, name));
  }
  return here;
}

/** The text of the tag at a path; undefined where it is missing or holds tags. */
export function textAt(node: XmlNode, path: string): string | undefined {
  const found = childAt(node, path);
  return found?.children.some((child) => child instanceof XmlElement)
    ? undefined
    : found?.text.trim();
}

/** An attribute of a tag; undefined where it has none of that name. */
export function attributeOf(node: XmlNode, name: string): string | undefined {
  return Object.hasOwn(node.attributes, name) ? node.attributes[name] : undefined;
}

/** All tags of the name at the end of a path. */
export function listAt(node: XmlNode, path: string): readonly XmlNode[] {
  const end = path.lastIndexOf("/");
  const parent = end < 0 ? node : childAt(node, path.slice(0, end));
  const name = path.slice(end + 1);
  return parent?.children.filter((child) => isTag(child, name)) ?? [];
}

function isTag(node: XmlNode["children"][number], name: string): node is XmlElement {
  return node instanceof XmlElement && node.name === name;
}
