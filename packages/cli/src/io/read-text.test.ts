import { Readable } from "node:stream";
import { expect, test } from "vitest";
import { decodePrinted, readStream } from "./read-text.ts";

const read = (bytes: Uint8Array): Promise<string> =>
  readStream("f.yaml", Readable.from([Buffer.from(bytes)]), 1000);

test("UTF-16 with its mark is text, as PowerShell writes it", async () => {
  expect(await read(Buffer.from("\ufeffmodels: []", "utf16le"))).toBe("models: []");
});

test.each([
  ["UTF-16 without its mark", Buffer.from("models: []", "utf16le")],
  ["a program", Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0])],
])("%s is refused in a sentence", async (_, bytes) => {
  await expect(read(bytes)).rejects.toThrow(
    "f.yaml: expected text in UTF-8, got bytes that are no text",
  );
});

test("bytes of another encoding are refused, but in what programs print", async () => {
  const bytes = Buffer.from("name: caf\xe9", "latin1");
  await expect(read(bytes)).rejects.toThrow(
    "f.yaml: expected text in UTF-8, got bytes of another encoding",
  );
  const printed = readStream("f.csv", Readable.from([bytes]), 1000, decodePrinted);
  expect(await printed).toBe("name: caf\ufffd");
});
