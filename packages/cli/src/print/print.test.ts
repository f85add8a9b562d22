import { cardRanges } from "@berth/core";
import { expect, test } from "vitest";
import { memoryBar } from "./memory-bar.ts";
import { printTable } from "./table.ts";
import { wrap } from "./wrap.ts";

test.each([
  { ids: ["a:0"], expected: "a:0" },
  { ids: ["a:0", "a:1", "a:2", "a:5"], expected: "a:0-2,5" },
  { ids: ["a:1", "a:0", "b:3"], expected: "a:1,0 b:3" },
  { ids: ["rack:7:0"], expected: "rack:7:0" },
])("cards $ids are $expected", ({ ids, expected }) => {
  expect(cardRanges(ids)).toBe(expected);
});

test.each([
  { parts: [5, 0, 5], expected: "aaaaaccccc" },
  { parts: [2, 3, 0], expected: "aabbb·····" },
  { parts: [0.4, 0.2, 0], expected: "b·········" }, // rounded where a part ends
  { parts: [20, 20, 0], expected: "aaaaaaaaaa" }, // never more than the bar
  { parts: [0, 0, 0], expected: "··········" },
])("a bar of $parts tenths", ({ parts, expected }) => {
  const marked = parts.map((bytes, i) => ({ bytes, mark: "abc"[i] ?? "?" }));
  expect(memoryBar(marked, 10, 10)).toBe(expected);
});

test("a bar of nothing is empty", () => {
  expect(memoryBar([{ bytes: 1, mark: "a" }], 0, 4)).toBe("····");
});

test("a table lines up its columns, without a blank at the end of a line", () => {
  const columns = [{ title: "name" }, { title: "GiB", align: "right" }] as const;
  const rows = [
    ["a", "1.00"],
    ["longer", "10.00"],
  ];
  expect(printTable(columns, rows, { width: 80, hasColor: false })).toBe(
    "  name      GiB\n  a        1.00\n  longer  10.00\n",
  );
});

test("long sentences are wrapped under themselves", () => {
  expect(wrap("- one two three four", "  ", 14)).toBe("  - one two\n    three four\n");
  expect(wrap("- averyverylongword", "  ", 5)).toBe("  -\n    averyverylongword\n");
});
