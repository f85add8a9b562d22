import type { ByteSource } from "./byte-source.ts";
import { ggmlType } from "./ggml-types.ts";
import { type GgufCursor, ggufCursor } from "./gguf-cursor.ts";
import { type GgufValue, readGgufValue } from "./gguf-values.ts";
import { elementsOf, MAX_DIMENSIONS, MAX_TENSORS, type StoredTensor } from "./stored-tensor.ts";

/** What stands before a GGUF file's tensors. */
export interface GgufHeader {
  readonly metadata: ReadonlyMap<string, GgufValue>;
  readonly tensors: readonly StoredTensor[];
}

/** "GGUF", little-endian. */
const MAGIC = 0x46554747;

/** The most metadata keys seen: about 60. */
const MAX_KEYS = 1000;

/** The longest key seen has 50 characters; the format allows 65,535. */
const MAX_KEY_BYTES = 1024;

/** Bytes that a tensor's entry has at least: name, dimensions, type, offset. */
const LEAST_TENSOR_BYTES = 24;

/** Data starts on multiples of this where the file does not say otherwise. */
const DEFAULT_ALIGNMENT = 32;

/**
 * The metadata and the tensor table of a GGUF file (version 2 or 3), without its tensors. Holds one chunk of
 * 4 MiB and what it returns. Throws an InputError where the file is damaged, cut short, or none.
 */
export async function readGguf(file: string, source: ByteSource): Promise<GgufHeader> {
  const cursor = ggufCursor(file, source);
  await checkVersion(cursor);
  const tensorCount = await cursor.u64();
  const keyCount = await cursor.u64();
  if (tensorCount > Math.min(MAX_TENSORS, cursor.left / LEAST_TENSOR_BYTES)) {
    throw cursor.bad(`${tensorCount} tensors do not fit into it: the file is damaged`);
  }
  if (keyCount > MAX_KEYS) {
    throw cursor.bad(`expected at most ${MAX_KEYS} metadata keys, got ${keyCount}`);
  }
  const metadata = await readMetadata(cursor, keyCount);
  const placed: Placed[] = [];
  for (let i = 0; i < tensorCount; i += 1) {
    placed.push(await readTensor(cursor));
  }
  refuseImpossible(cursor, { placed, alignment: alignmentOf(cursor, metadata) });
  return { metadata, tensors: placed.map(({ tensor }) => tensor) };
}

async function checkVersion(cursor: GgufCursor): Promise<void> {
  if (cursor.left < 8 || (await cursor.u32()) !== MAGIC) {
    throw cursor.bad('expected a GGUF file, which starts with "GGUF"');
  }
  const version = await cursor.u32();
  if (version !== 2 && version !== 3) {
    const isSwapped = version === 0x02000000 || version === 0x03000000;
    throw cursor.bad(
      isSwapped
        ? "expected a little-endian GGUF file, got a big-endian one"
        : `expected version 2 or 3 of GGUF, got ${version}`,
    );
  }
}

async function readMetadata(
  cursor: GgufCursor,
  count: number,
): Promise<ReadonlyMap<string, GgufValue>> {
  const metadata = new Map<string, GgufValue>();
  for (let i = 0; i < count; i += 1) {
    const key = await nameAt(cursor, "metadata key");
    if (metadata.has(key)) {
      throw cursor.bad(`expected every metadata key once, got ${key} twice`);
    }
    metadata.set(key, await readGgufValue(cursor));
  }
  return metadata;
}

async function nameAt(cursor: GgufCursor, what: string): Promise<string> {
  const name = await cursor.text(MAX_KEY_BYTES);
  if (name === undefined || name === "") {
    throw cursor.bad(`expected a ${what} of 1 to ${MAX_KEY_BYTES} bytes: the file is damaged`);
  }
  return name;
}

interface Placed {
  readonly tensor: StoredTensor;
  readonly offset: number;
}

async function readTensor(cursor: GgufCursor): Promise<Placed> {
  const name = await nameAt(cursor, "tensor's name");
  const dimensions = await cursor.u32();
  if (dimensions > MAX_DIMENSIONS) {
    throw cursor.bad(`${name}: expected at most ${MAX_DIMENSIONS} dimensions, got ${dimensions}`);
  }
  const sizes: number[] = [];
  for (let i = 0; i < dimensions; i += 1) {
    sizes.push(await cursor.u64());
  }
  const typeId = await cursor.u32();
  const type = ggmlType(typeId);
  if (type === undefined) {
    throw cursor.bad(`${name}: its type ${typeId} is not known`);
  }
  const elements = elementsOf(sizes);
  const row = sizes[0] ?? 1;
  if (elements === undefined || row % type.block !== 0) {
    throw cursor.bad(
      `${name}: expected rows of whole blocks of ${type.block} for ${type.name}, got [${sizes.join(", ")}]`,
    );
  }
  const bytes = (elements / type.block) * type.bytes;
  // GGUF writes the fastest dimension first
  const shape = sizes.toReversed();
  return { tensor: { name, dtype: type.name, shape, bytes }, offset: await cursor.u64() };
}

function alignmentOf(cursor: GgufCursor, metadata: ReadonlyMap<string, GgufValue>): number {
  const stated = metadata.get("general.alignment") ?? DEFAULT_ALIGNMENT;
  if (
    !(
      typeof stated === "number" &&
      Number.isInteger(stated) &&
      stated >= 1 &&
      stated <= 2 ** 20 &&
      Math.clz32(stated - 1) > Math.clz32(stated)
    )
  ) {
    throw cursor.bad("general.alignment: expected a power of two of at most 1048576");
  }
  return stated;
}

/** Tensors must lie in the file, one after another, each under its own name. */
function refuseImpossible(
  cursor: GgufCursor,
  { placed, alignment }: { readonly placed: readonly Placed[]; readonly alignment: number },
): void {
  const start = Math.ceil(cursor.position / alignment) * alignment;
  const dataBytes = cursor.position + cursor.left - start;
  const names = new Set<string>();
  let reached = 0;
  for (const { tensor, offset } of placed.toSorted(
    (a, b) => a.offset - b.offset || a.tensor.bytes - b.tensor.bytes,
  )) {
    const problem = problemOf({ tensor, offset }, { reached, alignment, dataBytes });
    if (problem !== undefined || names.has(tensor.name)) {
      throw cursor.bad(`${tensor.name}: ${problem ?? "is in its table twice"}`);
    }
    names.add(tensor.name);
    reached = offset + tensor.bytes;
  }
}

function problemOf(
  { tensor, offset }: Placed,
  space: { readonly reached: number; readonly alignment: number; readonly dataBytes: number },
): string | undefined {
  if (offset % space.alignment !== 0) {
    return `expected data on a multiple of ${space.alignment} bytes, got ${offset}`;
  }
  if (offset < space.reached) {
    return "its data overlaps that of another tensor";
  }
  return offset + tensor.bytes > space.dataBytes
    ? `its data ends ${offset + tensor.bytes - space.dataBytes} bytes after the file: it is cut short`
    : undefined;
}
