import fc from "fast-check";
import { expect, test } from "vitest";
import { readPbtxt } from "../../../../../test/support/read-pbtxt.ts";
import { fields, list, printPbtxt, word } from "./pbtxt.ts";

test("scalars, messages and lists are printed as protobuf text", () => {
  const text = printPbtxt([
    ["name", "a"],
    ["max_batch_size", 8],
    ["decoupled", true],
    ["kind", word("KIND_CPU")],
    ["dims", list([-1, 2])],
    ["shape", list([])],
    ["policy", fields([["size", 0]])],
    ["input", list([fields([["name", "x"]]), fields([["name", "y"]])])],
  ]);
  expect(text).toBe(
    [
      'name: "a"',
      "max_batch_size: 8",
      "decoupled: true",
      "kind: KIND_CPU",
      "dims: [ -1, 2 ]",
      "shape: [ ]",
      "policy {",
      "  size: 0",
      "}",
      "input [",
      "  {",
      '    name: "x"',
      "  },",
      "  {",
      '    name: "y"',
      "  }",
      "]",
      "",
    ].join("\n"),
  );
});

test.each([
  { text: 'say "x"', printed: '"say \\"x\\""' },
  { text: "a\\b", printed: '"a\\\\b"' },
  { text: "a\nb\0", printed: '"a\\012b\\000"' },
  { text: "é", printed: '"\\303\\251"' },
  { text: "😀", printed: '"\\360\\237\\230\\200"' },
  { text: "\u{d800}", printed: '"\\357\\277\\275"' },
])("$text is printed as $printed", ({ text, printed }) => {
  expect(printPbtxt([["k", text]])).toBe(`k: ${printed}\n`);
});

test("any string is read back as it was, and nothing beside it changes", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 60 }), (text) => {
      const read = readPbtxt(
        printPbtxt([
          ["a", text],
          ["b", 1],
        ]),
      );
      expect(read).toEqual(
        new Map<string, unknown>([
          ["a", [text]],
          ["b", [1]],
        ]),
      );
    }),
  );
});
