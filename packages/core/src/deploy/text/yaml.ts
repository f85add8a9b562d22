import { Document, isMap, isScalar, isSeq, type Node, type Pair, Scalar, visit } from "yaml";

/** A comment above the value at `path`. */
export interface YamlNote {
  readonly path: readonly (string | number)[];
  readonly text: string;
}

export interface YamlPart {
  readonly value: object;
  readonly notes?: readonly YamlNote[];
}

/**
 * Values as one YAML file, a document each. Readers of YAML 1.1 and 1.2 get the same: what either
 * would take for another type is quoted, and what neither may hold as it is stands as an escape.
 */
export function yamlText(...parts: readonly YamlPart[]): string {
  return parts.map(oneDocument).join("---\n");
}

function oneDocument({ value, notes = [] }: YamlPart): string {
  const document = new Document(wellFormed(value), {
    aliasDuplicateObjects: false,
    compat: "yaml-1.1",
  });
  visit(document, { Scalar: (_key, node) => quoteWhereNeeded(node) });
  for (const { path, text } of notes) {
    writeAbove(document, path, text);
  }
  return document.toString({ lineWidth: 0 }).replace(NOT_PLAIN, escaped);
}

/** Control characters, line separators and marks that turn the order of what is read. */
const NOT_PLAIN = /(?!\n)[\p{C}\p{Zl}\p{Zp}]/gu;

/** Escapes are read in double quotes only. */
function quoteWhereNeeded(node: Scalar): void {
  if (typeof node.value === "string" && node.value.search(NOT_PLAIN) >= 0) {
    node.type = Scalar.QUOTE_DOUBLE;
  }
}

function escaped(character: string): string {
  const code = character.codePointAt(0)?.toString(16) ?? "";
  return code.length > 4 ? `\\U${code.padStart(8, "0")}` : `\\u${code.padStart(4, "0")}`;
}

/** Half a surrogate has no UTF-8 form: U+FFFD stands for it, as in every file. */
function wellFormed(value: unknown): unknown {
  if (typeof value === "string") {
    return value.replace(/\p{Surrogate}/gu, "\u{fffd}");
  }
  if (Array.isArray(value)) {
    return value.map(wellFormed);
  }
  return typeof value === "object" && value !== null
    ? Object.fromEntries(
        Object.entries(value)
          .filter(([, each]) => each !== undefined)
          .map(([key, each]) => [wellFormed(key), wellFormed(each)]),
      )
    : value;
}

function writeAbove(document: Document, path: readonly (string | number)[], text: string): void {
  const parent: unknown = document.getIn(path.slice(0, -1), true);
  const last = path.at(-1);
  const node = isMap(parent)
    ? parent.items.find((pair: Pair) => isScalar(pair.key) && pair.key.value === last)?.key
    : isSeq(parent) && parent.items[Number(last)];
  if (node === undefined || node === false) {
    throw new RangeError(`no value at ${path.join(".")} to write a comment above`);
  }
  (node as Node).commentBefore = text
    .split("\n")
    .map((line) => ` ${line}`)
    .join("\n");
}
