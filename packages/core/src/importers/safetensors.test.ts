import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  rowsOf,
  safetensorsBytes,
  safetensorsFile,
} from "../../../../test/fixtures/safetensors/write-safetensors.ts";
import { InputError } from "../report/errors.ts";
import { type ByteSource, bytesSource } from "./byte-source.ts";
import { readSafetensors } from "./safetensors.ts";

const read = (bytes: Uint8Array) => readSafetensors("m.safetensors", bytesSource(bytes));

test.each([
  ["BF16", [3, 4], 24],
  ["F16", [5], 10],
  ["F32", [2, 2], 16],
  ["F8_E4M3", [4, 4], 16],
  ["F8_E5M2", [4, 4], 16],
  ["F8_E8M0", [7], 7],
  ["F4", [4, 4], 8],
  ["F6_E2M3", [4, 4], 12],
  ["U8", [0, 9], 0],
  ["I32", [2], 8], // eight packed elements of four bits each
  ["I64", [1], 8],
  ["BOOL", [3], 3],
  ["BF16", [], 2],
])("%s of %j has %i bytes", async (dtype, shape, bytes) => {
  const file = safetensorsFile([["a", dtype, shape, bytes]]);
  expect(await read(file)).toEqual([{ name: "a", dtype, shape, bytes }]);
});

test("tensors may stand in any order, beside metadata", async () => {
  const rows = rowsOf([
    ["x", "U8", [2], 2],
    ["y", "U8", [3], 3],
  ]);
  const header = { __metadata__: { format: "pt" }, y: rows["y"], x: rows["x"] };
  expect((await read(safetensorsBytes(header, 5))).map(({ name }) => name)).toEqual(["y", "x"]);
});

describe("a file that lies is refused", () => {
  const row = (begin: number, end: number, shape: unknown = [end - begin], dtype = "U8") => ({
    dtype,
    shape,
    data_offsets: [begin, end],
  });
  test.each([
    ["too short", new Uint8Array(3), "expected a safetensors file, got 3 bytes"],
    ["a header of 2^63", Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 128), "this is no safetensors file"],
    ["a header past its end", Uint8Array.of(99, 0, 0, 0, 0, 0, 0, 0, 123), "it is cut short"],
    ["no UTF-8", Uint8Array.of(2, 0, 0, 0, 0, 0, 0, 0, 255, 255), "in UTF-8"],
    ["no JSON", safetensorsBytes("{{", 0), "expected JSON"],
    ["a list", safetensorsBytes("[]", 0), "expected an object, got a list of 0"],
    ["a null tensor", safetensorsBytes({ a: null }, 0), "a: expected a tensor, got null"],
    [
      "an unknown type",
      safetensorsBytes({ a: row(0, 1, [1], "F7") }, 1),
      "a.dtype: expected one of",
    ],
    [
      "a shape of the wrong size",
      safetensorsBytes({ a: row(0, 4, [5]) }, 4),
      "expected 5 bytes for U8 of [5], got 4",
    ],
    [
      "a shape past 2^53",
      safetensorsBytes({ a: row(0, 1, [2 ** 40, 2 ** 40]) }, 1),
      "a.shape: expected up to 8 whole numbers from 0, of a product below 2^53, got [1099511627776, 1099511627776]",
    ],
    [
      "a negative size",
      safetensorsBytes({ a: row(0, 1, [-1, 2]) }, 1),
      "a.shape: expected up to 8 whole numbers from 0, of a product below 2^53, got [-1, 2]",
    ],
    [
      "offsets past its end",
      safetensorsBytes({ a: row(0, 9) }, 8),
      "expected an end of at most 8, got 9",
    ],
    [
      "offsets in reverse",
      safetensorsBytes({ a: { ...row(0, 0), data_offsets: [4, 2] } }, 4),
      "expected a begin and a later end, got [4, 2]",
    ],
    [
      "fractions",
      safetensorsBytes({ a: { ...row(0, 0), data_offsets: [0, 0.5] } }, 4),
      "expected a begin and a later end, got [0, 0.5]",
    ],
    [
      "an overlap",
      safetensorsBytes({ a: row(0, 4), b: row(2, 6) }, 6),
      "b: its data overlaps the one before it",
    ],
    [
      "a hole",
      safetensorsBytes({ a: row(0, 2), b: row(4, 6) }, 6),
      "b: its data leaves a hole before it",
    ],
    [
      "bytes of no tensor",
      safetensorsBytes({ a: row(0, 2) }, 6),
      "its tensors end at 2, its data at 6",
    ],
    [
      "a name twice",
      safetensorsBytes(`{"a":${JSON.stringify(row(0, 2))},"a":${JSON.stringify(row(0, 2))}}`, 2),
      "expected every key once",
    ],
    [
      "a key twice in a tensor",
      safetensorsBytes('{"a":{"dtype":"U8","shape":[2],"shape":[2],"data_offsets":[0,2]}}', 2),
      "expected every key once",
    ],
  ])("%s", async (_, bytes, problem) => {
    await expect(read(bytes)).rejects.toThrow(problem);
    await expect(read(bytes)).rejects.toBeInstanceOf(InputError);
  });
});

test("half a million tensors: each byte of the header is asked for once", async () => {
  const tensors = Array.from({ length: 500_000 }, (_, i) => [`t${i}`, "U8", [1], 1] as const);
  const file = safetensorsFile(tensors);
  let asked = 0;
  const source: ByteSource = {
    size: file.byteLength,
    read: (start, end) => {
      asked += end - start;
      return bytesSource(file).read(start, end);
    },
  };
  expect(await readSafetensors("m.safetensors", source)).toHaveLength(500_000);
  expect(asked).toBeLessThanOrEqual(file.byteLength);
});

describe("any bytes", () => {
  /** Asks for no more than the header that the file can hold. */
  function watched(bytes: Uint8Array): ByteSource & { readonly asked: () => number } {
    let asked = 0;
    const source = bytesSource(bytes);
    return {
      size: source.size,
      asked: () => asked,
      read: (start, end) => {
        asked += end - start;
        return source.read(start, end);
      },
    };
  }

  async function onlyInputErrors(bytes: Uint8Array): Promise<void> {
    const source = watched(bytes);
    try {
      await readSafetensors("x", source);
    } catch (error) {
      expect(error).toBeInstanceOf(InputError);
    }
    expect(source.asked()).toBeLessThanOrEqual(bytes.length + 8);
  }

  test("give tensors or an InputError, and are read once", async () => {
    await fc.assert(fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), onlyInputErrors));
  });

  test("of a true file, cut or changed anywhere", async () => {
    const whole = safetensorsFile([
      ["model.embed_tokens.weight", "BF16", [4, 4], 32],
      ["lm_head.weight", "F8_E4M3", [4, 4], 16],
    ]);
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), fc.nat(255), fc.boolean(), (at, value, isCut) => {
        const bytes = isCut ? whole.slice(0, at) : Uint8Array.from(whole);
        bytes[at] = value;
        return onlyInputErrors(bytes);
      }),
      { numRuns: 500 },
    );
  });
});
