import fc from "fast-check";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { yamlText } from "./yaml.ts";

test("YAML 1.1 and 1.2 read back every text, and no control character stands in the file", () => {
  const odd = fc.constantFrom(
    "yes",
    "on",
    "0x1f",
    "1_000",
    "12:30:45",
    "1e3",
    "~",
    "null",
    "",
    " a",
    "a: b",
    "- c",
    "#d",
    "a\nb\n\n",
    "\u{85}\u{2028}\u{feff}\u{202e}",
    "\t",
    "\u{e0001}",
  );
  fc.assert(
    fc.property(fc.oneof(odd, fc.string({ unit: "binary" })), (text) => {
      const value = { args: [text], key: text };
      const written = yamlText({ value });
      const wanted = JSON.parse(
        JSON.stringify(value).replace(/\\ud[89a-f][0-9a-f]{2}/g, "\u{fffd}"),
      );
      expect(parse(written, { version: "1.2" })).toEqual(wanted);
      expect(parse(written, { version: "1.1" })).toEqual(wanted);
      expect(written).not.toMatch(/(?!\n)[\p{C}\p{Zl}\p{Zp}]/u);
    }),
    { numRuns: 500 },
  );
});

test("comments stand above what they are of, and nothing is written for what is absent", () => {
  const value = { a: { b: 1, c: undefined }, list: [{ d: 2 }] };
  const notes = [
    { path: ["a", "b"], text: "why b\nand how" },
    { path: ["list", 0], text: "why d" },
  ];
  expect(yamlText({ value, notes }, { value: { e: 3 } })).toBe(
    "a:\n  # why b\n  # and how\n  b: 1\nlist:\n  # why d\n  - d: 2\n---\ne: 3\n",
  );
});

test("a comment above nothing is a fault of the writer", () => {
  expect(() => yamlText({ value: { a: 1 }, notes: [{ path: ["b"], text: "x" }] })).toThrow(
    RangeError,
  );
});
