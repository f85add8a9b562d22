import { Document, visit } from "yaml";

/**
 * A value as YAML that readers of YAML 1.1 and 1.2 read alike, Python's and Go's among them: what could be a number, a
 * boolean or a mark of YAML's own is quoted, and characters that do not print are written as escapes.
 */
export function configYaml(value: unknown): string {
  const document = new Document(value, { aliasDuplicateObjects: false });
  visit(document, {
    Scalar: (_key, node) => {
      if (typeof node.value === "string" && !isPlain(node.value)) {
        node.type = "QUOTE_DOUBLE";
      }
    },
  });
  return document.toString({ lineWidth: 0, directives: false }).replace(NOT_PRINTED, escaped);
}

function isPlain(text: string): boolean {
  return /^([A-Za-z/]|\.\/)[A-Za-z0-9 ._/@:-]*$/.test(text) && !MEANING.test(text);
}

/** What YAML 1.1 takes for a boolean, and all for nothing. */
const MEANING = /^(y|yes|n|no|on|off|true|false|null)$/i;

/** Only within quotes: a text with such a character is no plain one. */
const NOT_PRINTED = /[^\n\p{L}\p{M}\p{N}\p{P}\p{S} ]/gu;

const LARGEST_SHORT = 0xffff;

function escaped(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  const hex = code.toString(16);
  return code > LARGEST_SHORT ? `\\U${hex.padStart(8, "0")}` : `\\u${hex.padStart(4, "0")}`;
}
