import { expect, test } from "vitest";
import { linesOf } from "./lines.ts";

async function* chunksOf(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) {
    yield bytes.subarray(at, at + size);
  }
}

test.each([1, 2, 3, 100])(
  "lines are the same however they arrive (%i bytes at a time)",
  async (size) => {
    const got: unknown[] = [];
    for await (const lines of linesOf(chunksOf(Buffer.from("a\r\n\nü€\nlast"), size))) {
      got.push(...lines.map(({ number, text }) => [number, text]));
    }
    expect(got).toEqual([
      [1, "a"],
      [2, ""],
      [3, "ü€"],
      [4, "last"],
    ]);
  },
);

test("a line end at the end is no further line", async () => {
  let count = 0;
  for await (const lines of linesOf(chunksOf(Buffer.from("a\nb\n"), 10))) {
    count += lines.length;
  }
  expect(count).toBe(2);
});

test.each([
  ["UTF-8", Buffer.from("\ufeffa\r\nü\n")],
  ["UTF-16, as PowerShell writes it", Buffer.from("\ufeffa\r\nü\n", "utf16le")],
])("the mark of %s at the beginning is no part of a line", async (_, bytes) => {
  const got: string[] = [];
  for await (const lines of linesOf(chunksOf(bytes, 3))) {
    got.push(...lines.map(({ text }) => text));
  }
  expect(got).toEqual(["a", "ü"]);
});
