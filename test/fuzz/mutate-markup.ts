import { COUNTS, DEPTHS, TEXTS } from "./hostile-values.ts";
import { MOST_MADE, picked, type Step } from "./steps.ts";

const ENTITIES = Array.from(
  { length: 12 },
  (_, i) => `<!ENTITY e${i + 1} "${`&e${i};`.repeat(10)}">`,
).join("");

/** What XML can be made to do. */
const XML_BOMBS: readonly string[] = [
  `<!DOCTYPE x [<!ENTITY e0 "aaaaaaaaaa">${ENTITIES}]>`,
  '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>',
  "&e12;",
  "&e;",
  "&#x0;",
  "&#99999999999;",
  "<![CDATA[ </gpu> ]]>",
  "<![CDATA[",
  "<!-- -- -->",
  "<!--",
  '<?xml version="1.0" encoding="utf-7"?>',
  "<?php system('id') ?>",
  "<__proto__>1</__proto__>",
  "<constructor><prototype>1</prototype></constructor>",
  "<gpu></gpu>",
  "<gpu>",
  "</gpu>",
  '<gpu id="a" id="b">',
  `<gpu ${'a="1" '.repeat(3000)}>`,
  "<nvidia_smi_log>",
  "</nvidia_smi_log>",
];

/** What YAML can be made to do. */
const YAML_BOMBS: readonly string[] = [
  `a0: &a0 [x, x]\n${Array.from({ length: 30 }, (_, i) => `a${i + 1}: &a${i + 1} [*a${i}, *a${i}]`).join("\n")}\n`,
  "a: &a {b: *a}\n",
  "&a [*a]",
  "<<: {name: x}\n",
  "<<: [*a, *a]\n",
  "%YAML 1.1\n---\n",
  "%YAML 9.9\n---\n",
  "%TAG ! tag:example.com,2000:\n---\n",
  "--- a\n--- b\n",
  "...\n",
  "!!js/function 'function(){ return 1 }'",
  "!!python/object/apply:os.system ['touch owned']",
  "!!binary aGVsbG8=",
  "!!timestamp 2001-01-01",
  "!!set {a, b}",
  "!!omap [a: 1, a: 2]",
  "!!int x",
  "? [a, b]\n: 1\n",
  "? {a: 1}\n: 1\n",
  "? |\n  a\n: 1\n",
  "__proto__: {polluted: true}\n",
  "constructor: {prototype: {polluted: true}}\n",
  "name: x\nname: y\n",
  "\t- x\n",
  "- ".repeat(2000),
  "? ".repeat(2000),
  "[".repeat(20_000),
  "{a: ".repeat(20_000),
  Array.from({ length: 20_000 }, (_, i) => `k${i}: ${i}\n`).join(""),
  `[${"1, ".repeat(100_000)}1]`,
  "|9\n x\n",
  ">-\n",
  '"\\x00"',
  '"unfinished',
  "'",
];

const insertOf =
  (bombs: readonly string[]) =>
  (text: string, step: Step): string => {
    const at = text === "" ? 0 : step.at % text.length;
    // at the start of a line, where it means most, three times of four
    const start = step.size % 4 === 0 ? at : text.lastIndexOf("\n", at) + 1;
    return (text.slice(0, start) + picked(bombs, step.pick) + text.slice(start)).slice(
      0,
      MOST_MADE,
    );
  };

/** YAML with something in it that only YAML has. */
export const changedYaml: (text: string, step: Step) => string = insertOf(YAML_BOMBS);

const insertXml = insertOf(XML_BOMBS);

/** XML with an element dropped, repeated, nested or filled with something else, or with what only XML has. */
export function changedXml(text: string, step: Step): string {
  const tags = [...text.slice(0, 100_000).matchAll(/<([a-z_]+)(?: [^<>]*)?>/g)];
  if (tags.length === 0 || step.op % 6 === 0) {
    return insertXml(text, step);
  }
  const tag = picked(tags, step.at);
  const closing = `</${tag[1]}>`;
  const found = text.indexOf(closing, tag.index);
  const end = found < 0 ? text.length : found + closing.length;
  const element = text.slice(tag.index, end);
  return (text.slice(0, tag.index) + changedElement(element, tag, step) + text.slice(end)).slice(
    0,
    MOST_MADE,
  );
}

function changedElement(
  element: string,
  [opening, name = ""]: RegExpExecArray,
  step: Step,
): string {
  const filled = `${opening}${picked(TEXTS, step.pick)}</${name}>`;
  switch (step.op % 6) {
    case 1:
      return "";
    case 2:
      return element.repeat(
        Math.min(picked(COUNTS, step.size), Math.ceil(1_000_000 / element.length)),
      );
    case 3: {
      const depth = picked(DEPTHS, step.size);
      return `<${name}>`.repeat(depth) + element + `</${name}>`.repeat(depth);
    }
    case 4:
      return filled;
    default:
      return element.replaceAll(
        name,
        picked(["__proto__", "constructor", "gpu", "x", "toString"], step.pick),
      );
  }
}
