import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { tinyLlama } from "../../../../test/fixtures/gguf/tiny-llama.ts";
import { type GgufParts, ggufFile } from "../../../../test/fixtures/gguf/write-gguf.ts";
import { InputError } from "../report/errors.ts";
import { bytesSource } from "./byte-source.ts";
import { ggmlType } from "./ggml-types.ts";
import { readGguf } from "./gguf-reader.ts";

const read = (bytes: Uint8Array) => readGguf("m.gguf", bytesSource(bytes));
const NONE: GgufParts = { metadata: {}, tensors: [] };

test.each([2, 3])("version %i: metadata and tensors, without data", async (version) => {
  const header = await read(ggufFile({ ...tinyLlama(), version }));
  expect(header.metadata.get("llama.embedding_length")).toBe(64);
  expect(header.metadata.get("tokenizer.ggml.tokens")).toHaveLength(96);
  expect(header.tensors).toHaveLength(20);
  expect(header.tensors[0]).toEqual({
    name: "token_embd.weight",
    dtype: "Q8_0",
    shape: [96, 64],
    bytes: 96 * 2 * 34, // two blocks of 32 a row
  });
});

test("of long lists and texts only the length is kept", async () => {
  const texts = Array.from({ length: 10_000 }, (_, i) => `token ${i}`);
  const u32s = Array.from({ length: 10_000 }, (_, i) => i);
  const { metadata } = await read(
    ggufFile({
      metadata: {
        texts: { texts },
        u32s: { u32s },
        long: { text: "x".repeat(9000) },
        after: { u32: 7 },
      },
      tensors: [],
    }),
  );
  expect(Object.fromEntries(metadata)).toEqual({
    texts: { length: 10_000 },
    u32s: { length: 10_000 },
    long: undefined,
    after: 7,
  });
});

// elements and bytes of the structs in ggml-common.h, by bits a weight
test.each([
  [0, 32],
  [1, 16],
  [2, 4.5],
  [3, 5],
  [6, 5.5],
  [7, 6],
  [8, 8.5],
  [10, 2.625],
  [11, 3.4375],
  [12, 4.5],
  [13, 5.5],
  [14, 6.5625],
  [16, 2.0625],
  [17, 2.3125],
  [18, 3.0625],
  [19, 1.5625],
  [20, 4.5],
  [21, 3.4375],
  [22, 2.5625],
  [23, 4.25],
  [29, 1.75],
  [30, 16],
  [34, 1.6875],
  [35, 2.0625],
  [39, 4.25],
  [40, 4.5],
])("type %i has %f bits a weight", (id, bits) => {
  const type = ggmlType(id);
  expect((8 * (type?.bytes ?? 0)) / (type?.block ?? 1)).toBe(bits);
});

describe("a file that lies is refused", () => {
  const tensor = { name: "a", sizes: [32], type: 8, bytes: 34 };
  test.each([
    ["another format", new TextEncoder().encode("PK\u0003\u0004 not this"), 'starts with "GGUF"'],
    ["nothing", new Uint8Array(0), 'starts with "GGUF"'],
    ["version 1", ggufFile({ ...NONE, version: 1 }), "expected version 2 or 3 of GGUF, got 1"],
    ["big-endian", ggufFile({ ...NONE, version: 0x03000000 }), "got a big-endian one"],
    [
      "2^60 tensors",
      ggufFile({ ...NONE, claims: { tensors: 2n ** 60n } }),
      "expected a length or count",
    ],
    [
      "a million tensors",
      ggufFile({ ...NONE, claims: { tensors: 1_000_000n } }),
      "1000000 tensors do not fit",
    ],
    [
      "too many keys",
      ggufFile({ ...NONE, claims: { keys: 99_999n } }),
      "expected at most 1000 metadata keys",
    ],
    [
      "keys after its end",
      ggufFile({ metadata: { a: { u32: 1 } }, tensors: [], claims: { keys: 2n }, cut: 0 }).slice(
        0,
        44,
      ),
      "it is cut short",
    ],
    [
      "an unknown type",
      ggufFile({ ...NONE, tensors: [{ ...tensor, type: 4 }] }),
      "a: its type 4 is not known",
    ],
    [
      "half a block",
      ggufFile({ ...NONE, tensors: [{ ...tensor, sizes: [33] }] }),
      "expected rows of whole blocks of 32 for Q8_0, got [33]",
    ],
    [
      "nine dimensions",
      ggufFile({ ...NONE, tensors: [{ ...tensor, sizes: Array(9).fill(1) }] }),
      "expected at most 8 dimensions, got 9",
    ],
    [
      "a product past 2^53",
      ggufFile({ ...NONE, tensors: [{ ...tensor, sizes: [2 ** 40, 2 ** 40] }] }),
      "expected rows of whole blocks",
    ],
    [
      "no name",
      ggufFile({ ...NONE, tensors: [{ ...tensor, name: "" }] }),
      "expected a tensor's name",
    ],
    ["a name twice", ggufFile({ ...NONE, tensors: [tensor, tensor] }), "a: is in its table twice"],
    [
      "an overlap",
      // a says 64 elements, 68 bytes, where b starts 64 bytes on
      ggufFile({
        ...NONE,
        tensors: [
          { ...tensor, sizes: [64] },
          { ...tensor, name: "b" },
          { ...tensor, name: "c" },
        ],
      }),
      "b: its data overlaps",
    ],
    [
      "an odd alignment",
      ggufFile({ ...NONE, metadata: { "general.alignment": { u32: 3 } } }),
      "expected a power of two",
    ],
    [
      "data cut short",
      ggufFile({ ...tinyLlama(), cut: 100 }),
      "its data ends 100 bytes after the file: it is cut short",
    ],
  ])("%s", async (_, bytes, problem) => {
    await expect(read(bytes)).rejects.toThrow(problem);
    await expect(read(bytes)).rejects.toBeInstanceOf(InputError);
  });

  test("a key twice", async () => {
    const bytes = ggufFile({ ...NONE, metadata: { "a.b": { u32: 1 }, "a.c": { u32: 1 } } });
    const text = new TextDecoder("latin1").decode(bytes).replace("a.c", "a.b");
    const twice = Uint8Array.from(text, (character) => character.charCodeAt(0));
    await expect(read(twice)).rejects.toThrow("expected every metadata key once, got a.b twice");
  });
});

describe("any bytes", () => {
  /** No read past the file, and no more in all than a few times its length. */
  async function onlyInputErrors(bytes: Uint8Array): Promise<void> {
    let asked = 0;
    try {
      await readGguf("x", {
        size: bytes.length,
        read: (start, end) => {
          asked += end - start;
          expect(end).toBeLessThanOrEqual(bytes.length);
          return Promise.resolve(bytes.subarray(start, end));
        },
      });
    } catch (error) {
      expect(error).toBeInstanceOf(InputError);
    }
    expect(asked).toBeLessThanOrEqual(bytes.length);
  }

  test("after the magic give a header or an InputError", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), (rest) =>
        onlyInputErrors(Uint8Array.of(71, 71, 85, 70, 3, 0, 0, 0, ...rest)),
      ),
    );
  });

  test("of a true file, cut or changed anywhere", async () => {
    const whole = ggufFile(tinyLlama());
    await fc.assert(
      fc.asyncProperty(fc.nat(3000), fc.nat(255), fc.boolean(), (at, value, isCut) => {
        const bytes = isCut ? whole.slice(0, at) : Uint8Array.from(whole);
        bytes[at] = value;
        return onlyInputErrors(bytes);
      }),
      { numRuns: 1000 },
    );
  });
});
