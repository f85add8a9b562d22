import { InputError } from "../report/errors.ts";
import { type ByteSource, decodeUtf8, readExactly } from "./byte-source.ts";
import { type Fields, fieldsOf, shownSafely } from "./fields.ts";
import { parseJson } from "./parse-json.ts";
import { elementsOf, MAX_DIMENSIONS, MAX_TENSORS, type StoredTensor } from "./stored-tensor.ts";

/**
 * Longest header read, the format's own limit. The largest seen has 11 MB (a DeepSeek-V3 file saved in
 * one piece). Reading one takes its text once and its parsed form, some ten times its bytes.
 */
const MAX_HEADER_BYTES = 100_000_000;

/** Bytes before the header: its length as a little-endian number of 64 bits. */
const LENGTH_BYTES = 8;

/** Bits an element, by the names of safetensors 0.6. */
const BITS: ReadonlyMap<string, number> = new Map([
  ["F4", 4],
  ["F6_E2M3", 6],
  ["F6_E3M2", 6],
  ["BOOL", 8],
  ["U8", 8],
  ["I8", 8],
  ["F8_E4M3", 8],
  ["F8_E5M2", 8],
  ["F8_E8M0", 8],
  ["F8_E4M3FNUZ", 8],
  ["F8_E5M2FNUZ", 8],
  ["U16", 16],
  ["I16", 16],
  ["F16", 16],
  ["BF16", 16],
  ["U32", 32],
  ["I32", 32],
  ["F32", 32],
  ["U64", 64],
  ["I64", 64],
  ["F64", 64],
  ["C64", 64],
]);

/** The tensors of a safetensors file, from its header alone. Throws an InputError where it is none. */
export async function readSafetensors(
  file: string,
  source: ByteSource,
): Promise<readonly StoredTensor[]> {
  const length = headerLength(file, source.size, await source.read(0, LENGTH_BYTES));
  const start = LENGTH_BYTES + length;
  const text = decodeUtf8(await readExactly(file, source, { start: LENGTH_BYTES, end: start }));
  if (text === undefined) {
    throw new InputError({ file }, "expected a safetensors header in UTF-8");
  }
  return parseSafetensorsHeader(file, { text, dataBytes: source.size - start });
}

function headerLength(file: string, size: number, first: Uint8Array): number {
  if (first.length < LENGTH_BYTES) {
    throw new InputError({ file }, `expected a safetensors file, got ${first.length} bytes`);
  }
  const length = Number(new DataView(first.buffer, first.byteOffset).getBigUint64(0, true));
  if (length > MAX_HEADER_BYTES || length < 2) {
    throw new InputError(
      { file },
      `expected a safetensors header of 2 to ${MAX_HEADER_BYTES} bytes, its length says ${length}: this is no safetensors file`,
    );
  }
  if (LENGTH_BYTES + length > size) {
    throw new InputError(
      { file },
      `its header has ${length} bytes, but the file ends after ${size}: it is cut short`,
    );
  }
  return length;
}

/**
 * The tensors that a header's text names. They must fill the `dataBytes` after it, without overlaps and
 * without holes, as the format asks. Throws an InputError otherwise.
 */
function parseSafetensorsHeader(
  file: string,
  header: { readonly text: string; readonly dataBytes: number },
): readonly StoredTensor[] {
  const fields = fieldsOf(file, parseJson(file, header.text));
  const names = fields.keys().filter((name) => name !== "__metadata__");
  if (names.length > MAX_TENSORS) {
    throw new InputError({ file }, `expected at most ${MAX_TENSORS} tensors, got ${names.length}`);
  }
  const placed = names.map((name) => placedTensor(fields, name, header.dataBytes));
  refuseDuplicates(fields, names, header.text);
  refuseOverlaps(file, placed, header.dataBytes);
  return placed.map(({ tensor }) => tensor);
}

interface Placed {
  readonly tensor: StoredTensor;
  readonly begin: number;
  readonly end: number;
}

function placedTensor(header: Fields, name: string, dataBytes: number): Placed {
  const fields = header.object(name);
  if (fields === undefined) {
    throw header.bad(name, "expected a tensor, got null");
  }
  const dtype = fields.text("dtype") ?? "";
  const bits = BITS.get(dtype);
  if (bits === undefined) {
    throw fields.bad(
      "dtype",
      `expected one of ${[...BITS.keys()].join(", ")}, got ${shownSafely(dtype)}`,
    );
  }
  const shape = shapeOf(fields);
  const [begin, end] = offsetsOf(fields, dataBytes);
  const bytes = Math.ceil(((elementsOf(shape) ?? Number.NaN) * bits) / 8);
  if (bytes !== end - begin) {
    throw fields.bad(
      "data_offsets",
      `expected ${bytes} bytes for ${dtype} of [${shape.join(", ")}], got ${end - begin}`,
    );
  }
  return { tensor: { name, dtype, shape, bytes }, begin, end };
}

function shapeOf(fields: Fields): readonly number[] {
  const shape = fields.raw("shape");
  if (!Array.isArray(shape) || shape.length > MAX_DIMENSIONS || elementsOf(shape) === undefined) {
    throw fields.bad(
      "shape",
      `expected up to ${MAX_DIMENSIONS} whole numbers from 0, of a product below 2^53, got ${shownSafely(shape)}`,
    );
  }
  return shape as readonly number[];
}

function offsetsOf(fields: Fields, dataBytes: number): readonly [begin: number, end: number] {
  const offsets: unknown = fields.raw("data_offsets");
  const [begin, end] = Array.isArray(offsets) && offsets.length === 2 ? (offsets as unknown[]) : [];
  if (!(isOffset(begin) && isOffset(end) && begin <= end)) {
    throw fields.bad(
      "data_offsets",
      `expected a begin and a later end, got ${shownSafely(offsets)}`,
    );
  }
  if (end > dataBytes) {
    throw fields.bad(
      "data_offsets",
      `expected an end of at most ${dataBytes}, got ${end}: the file is cut short`,
    );
  }
  return [begin, end];
}

function isOffset(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

/** JSON.parse keeps the last of two equal keys; every key has a colon outside of strings. */
function refuseDuplicates(header: Fields, names: readonly string[], text: string): void {
  const inside = ["__metadata__", ...names].map((name) => header.object(name)?.keys().length ?? 0);
  const keys = inside.reduce((sum, count) => sum + count, header.keys().length);
  const colons = colonsOutsideStrings(text);
  if (colons !== keys) {
    throw new InputError({ file: header.file }, "expected every key once, its header repeats some");
  }
}

function colonsOutsideStrings(text: string): number {
  let count = 0;
  let isInside = false;
  for (let i = 0; i < text.length; i += 1) {
    const character = text[i];
    if (character === '"') {
      isInside = !isInside;
    } else if (isInside && character === "\\") {
      i += 1;
    } else if (!isInside && character === ":") {
      count += 1;
    }
  }
  return count;
}

function refuseOverlaps(file: string, placed: readonly Placed[], dataBytes: number): void {
  let reached = 0;
  for (const { tensor, begin, end } of placed.toSorted(
    (a, b) => a.begin - b.begin || a.end - b.end,
  )) {
    if (begin !== reached) {
      const what = begin < reached ? "overlaps the one before it" : "leaves a hole before it";
      throw new InputError({ file, key: tensor.name }, `its data ${what}`);
    }
    reached = end;
  }
  if (reached !== dataBytes) {
    throw new InputError({ file }, `its tensors end at ${reached}, its data at ${dataBytes}`);
  }
}
