import type { GgufCursor } from "./gguf-cursor.ts";

/**
 * A metadata value as far as a planner needs it: numbers, flags, texts, short lists of them, and of longer
 * lists (vocabularies) how long they are.
 */
export type GgufValue = GgufScalar | readonly GgufScalar[] | GgufLongList;

type GgufScalar = number | boolean | string | undefined;

/** A list of lists, or one with more entries than are kept. */
export interface GgufLongList {
  readonly length: number;
}

/** Lists up to this length are kept; the longest seen that matters has an entry a layer (128). */
const MAX_KEPT_LIST = 4096;

/** Texts up to this length are kept; chat templates, which no plan needs, have up to 60 kB. */
const MAX_KEPT_TEXT = 4096;

/** Lists of lists of lists of lists: the format allows more, no file has them. */
const MAX_DEPTH = 4;

const STRING = 8;
const ARRAY = 9;

/** Bytes of the types of fixed size, and how to read one; by GGUF's numbers of them. */
const FIXED: ReadonlyMap<
  number,
  readonly [bytes: number, read: (view: DataView) => number | boolean]
> = new Map([
  [0, [1, (view) => view.getUint8(0)]],
  [1, [1, (view) => view.getInt8(0)]],
  [2, [2, (view) => view.getUint16(0, true)]],
  [3, [2, (view) => view.getInt16(0, true)]],
  [4, [4, (view) => view.getUint32(0, true)]],
  [5, [4, (view) => view.getInt32(0, true)]],
  [6, [4, (view) => view.getFloat32(0, true)]],
  [7, [1, (view) => view.getUint8(0) !== 0]],
  [10, [8, (view) => Number(view.getBigUint64(0, true))]],
  [11, [8, (view) => Number(view.getBigInt64(0, true))]],
  [12, [8, (view) => view.getFloat64(0, true)]],
]);

/** Reads one value with its type before it. Throws an InputError for a type that does not exist. */
export async function readGgufValue(cursor: GgufCursor): Promise<GgufValue> {
  return readTyped(cursor, await cursor.u32(), 0);
}

async function readTyped(cursor: GgufCursor, type: number, depth: number): Promise<GgufValue> {
  return type === ARRAY ? readList(cursor, depth) : readScalar(cursor, type);
}

async function readScalar(cursor: GgufCursor, type: number): Promise<GgufScalar> {
  const fixed = FIXED.get(type);
  if (fixed !== undefined) {
    const [bytes, read] = fixed;
    return read(await cursor.view(bytes));
  }
  if (type !== STRING) {
    throw cursor.bad(`expected a metadata type of 0 to 12, got ${type}: the file is damaged`);
  }
  return cursor.text(MAX_KEPT_TEXT);
}

async function readList(cursor: GgufCursor, depth: number): Promise<GgufValue> {
  const type = await cursor.u32();
  const length = await cursor.u64();
  const [bytes] = FIXED.get(type) ?? [undefined];
  if (depth >= MAX_DEPTH || length * (bytes ?? LEAST_ENTRY_BYTES) > cursor.left) {
    throw cursor.bad(`a list of ${length} entries does not fit into it: the file is damaged`);
  }
  if (length <= MAX_KEPT_LIST && type !== ARRAY) {
    const list: GgufScalar[] = [];
    for (let i = 0; i < length; i += 1) {
      list.push(await readScalar(cursor, type));
    }
    return list;
  }
  await skipList(cursor, { type, length, depth });
  return { length };
}

async function skipList(
  cursor: GgufCursor,
  list: { readonly type: number; readonly length: number; readonly depth: number },
): Promise<void> {
  const [bytes] = FIXED.get(list.type) ?? [undefined];
  if (bytes !== undefined) {
    cursor.skip(list.length * bytes);
    return;
  }
  for (let i = 0; i < list.length; i += 1) {
    if (list.type === STRING) {
      cursor.skip(await cursor.u64());
    } else {
      await readTyped(cursor, list.type, list.depth + 1);
    }
  }
}

/** A text has its length before it, a list its type and length. */
const LEAST_ENTRY_BYTES = 8;
