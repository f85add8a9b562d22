import { MAX_DEPTH, MAX_XML_TAGS } from "./limits.ts";
import type { XmlNode } from "./xml-tree.ts";

/** A tag that is open: what was found in it so far. */
interface Open {
  readonly name: string;
  /** Undefined while neither a child nor an attribute was found. */
  children: Record<string, XmlNode> | undefined;
  text: string;
}

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
const NAME_WITH_ATTRIBUTE = /^([A-Za-z_][A-Za-z0-9_]*) ([A-Za-z_]+)="([^"<>&\r\n\t]*)"$/;

/**
 * The tree of a document that has only what nvidia-smi itself prints: tags that hold tags or a text, at most one attribute,
 * and nothing to expand. It is the tree that the XML library makes, in a tenth of its time; `lists` names the tags that are
 * lists though there may be one. Undefined where there is anything else, well-formed or not: the library reads that, or
 * says what is wrong with it.
 */
export function plainXml(xml: string, lists: ReadonlySet<string>): XmlNode | undefined {
  const root: Open = { name: "", children: {}, text: "" };
  const open = [root];
  let tags = 0;
  for (let at = 0; at < xml.length; tags += 1) {
    const end = xml.indexOf(">", at);
    if (xml[at] !== "<" || end < 0 || tags > 2 * MAX_XML_TAGS) {
      return undefined;
    }
    const found = xml.indexOf("<", end);
    const next = found < 0 ? xml.length : found;
    if (!takeTag(open, xml.slice(at + 1, end), xml.slice(end + 1, next).trim(), lists)) {
      return undefined;
    }
    at = next;
  }
  return open.length === 1 ? root.children : undefined;
}

/** Takes what stands between < and >, and the text behind it; false where the library has to read it. */
function takeTag(open: Open[], tag: string, text: string, lists: ReadonlySet<string>): boolean {
  if (text.includes("&")) {
    return false;
  }
  return tag.startsWith("/") ? closeTag(open, tag.slice(1), text, lists) : openTag(open, tag, text);
}

/** Takes "gpu" or 'gpu id="1"'. */
function openTag(open: Open[], tag: string, text: string): boolean {
  const isBare = NAME.test(tag);
  const [, name = tag, key = "", value = ""] = isBare ? [] : (NAME_WITH_ATTRIBUTE.exec(tag) ?? []);
  // the library has rules of its own for names that every object has
  if ((!isBare && key === "") || name in {} || open.length > MAX_DEPTH || hasText(open)) {
    return false;
  }
  open.push({ name, children: isBare ? undefined : { [`@${key}`]: value.trim() }, text });
  return true;
}

/** Tags beside text: the library keeps both. */
function hasText(open: readonly Open[]): boolean {
  return open.at(-1)?.text !== "";
}

function closeTag(
  open: Open[],
  name: string,
  textBehind: string,
  lists: ReadonlySet<string>,
): boolean {
  const closed = open.pop();
  const parent = open.at(-1);
  const isMixed = closed?.text !== "" && closed?.children !== undefined;
  if (closed?.name !== name || parent === undefined || textBehind !== "" || isMixed) {
    return false;
  }
  parent.children ??= {};
  add(parent.children, name, closed.children ?? closed.text, lists.has(name));
  return true;
}

function add(
  children: Record<string, XmlNode>,
  name: string,
  node: XmlNode,
  isList: boolean,
): void {
  const earlier = children[name];
  if (earlier === undefined) {
    children[name] = isList ? [node] : node;
  } else if (Array.isArray(earlier)) {
    earlier.push(node);
  } else {
    children[name] = [earlier, node];
  }
}
