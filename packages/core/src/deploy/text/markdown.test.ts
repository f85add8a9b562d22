import fc from "fast-check";
import { expect, test } from "vitest";
import { markdownCode, markdownTable, markdownText } from "./markdown.ts";
import { visible } from "./visible.ts";

test.each([
  { text: "llama-3b", shown: "llama-3b" },
  { text: "a|b", shown: "a\\|b" },
  { text: "<b>*x*</b>", shown: "\\<b\\>\\*x\\*\\</b\\>" },
  { text: "two\nlines", shown: "two\\\\nlines" },
])("$text becomes $shown", ({ text, shown }) => {
  expect(markdownText(text)).toBe(shown);
});

test.each([
  { text: "a", shown: "`a`" },
  { text: "a`b", shown: "``a`b``" },
  { text: "`", shown: "`` ` ``" },
  { text: "a|b", shown: "`a\\|b`" },
])("code $text becomes $shown", ({ text, shown }) => {
  expect(markdownCode(text)).toBe(shown);
});

test("no text leaves its line, and none holds a control or a bidirectional mark", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      for (const shown of [markdownText(text), markdownCode(text), visible(text)]) {
        expect(shown).not.toMatch(/[\p{C}\u2028\u2029]/u);
      }
    }),
  );
});

test("a table puts numbers to the right", () => {
  expect(markdownTable(["A", "N"], [["x", "1"]], ["N"])).toBe(
    "| A | N |\n| --- | ---: |\n| x | 1 |",
  );
});
