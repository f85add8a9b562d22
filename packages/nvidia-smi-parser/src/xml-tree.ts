/** A tag as the XML library gives it: its text, or its children by name. */
export type XmlNode = unknown;

/** Entities that a process name may hold; nvidia-smi declares no others. */
const ENTITIES: ReadonlyMap<string, string> = new Map([
  ["&lt;", "<"],
  ["&gt;", ">"],
  ["&quot;", '"'],
  ["&apos;", "'"],
  ["&amp;", "&"],
]);

/** The child tag (the first of several) at a path such as "pci/pci_bus_id", or undefined. */
export function childAt(node: XmlNode, path: string): XmlNode | undefined {
  let here: XmlNode = node;
  for (const name of path.split("/")) {
    const parent: XmlNode = Array.isArray(here) ? here[0] : here;
    if (typeof parent !== "object" || parent === null || !Object.hasOwn(parent, name)) {
      return undefined;
    }
    here = (parent as Readonly<Record<string, XmlNode>>)[name];
  }
  return here;
}

/** The text of the tag at a path; undefined where it is missing or holds tags. */
export function textAt(node: XmlNode, path: string): string | undefined {
  const found = childAt(node, path);
  const text: XmlNode = Array.isArray(found) ? found[0] : found;
  return typeof text === "string"
    ? text.replace(/&(?:lt|gt|quot|apos|amp);/g, (entity) => ENTITIES.get(entity) ?? entity)
    : undefined;
}

/** All tags of one name under the tag at a path. */
export function listAt(node: XmlNode, path: string): readonly XmlNode[] {
  const found = childAt(node, path);
  return Array.isArray(found) ? found : [];
}
