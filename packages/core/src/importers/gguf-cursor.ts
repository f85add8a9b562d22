import { InputError } from "../report/errors.ts";
import { type ByteSource, decodeUtf8 } from "./byte-source.ts";

/** Bytes asked for at once: most headers (4 to 20 MB with their tokenizer) take a handful of reads. */
const CHUNK_BYTES = 4_194_304;

/**
 * Longest header read. The largest seen have some 20 MB (vocabularies of 262 thousand entries); with lists
 * capped by their reader, this bounds what a file that lies can make us hold and do.
 */
const MAX_HEADER_BYTES = 100_000_000;

/** Reads a file's fields one after another; what it skips is not read where a chunk ends before. */
export interface GgufCursor {
  readonly position: number;
  /** Bytes from here to the file's end. */
  readonly left: number;
  u8(): Promise<number>;
  u32(): Promise<number>;
  /** Throws an InputError above 2^53: such a number is a lie or damage. */
  u64(): Promise<number>;
  view(bytes: number): Promise<DataView>;
  /** UTF-8 of a stated length; undefined, and skipped, above `most` bytes. */
  text(most: number): Promise<string | undefined>;
  skip(bytes: number): void;
  bad(problem: string): InputError;
}

/** A cursor at the start of a GGUF file; it holds one chunk of it. */
export function ggufCursor(file: string, source: ByteSource): GgufCursor {
  let position = 0;
  let chunk: Uint8Array = new Uint8Array(0);
  let chunkStart = 0;
  const bad = (problem: string): InputError => new InputError({ file }, problem);
  const cut = (): InputError =>
    bad(`its header goes on where the file ends, after ${source.size} bytes: it is cut short`);

  const move = (bytes: number): void => {
    position += bytes;
    if (position > MAX_HEADER_BYTES) {
      throw bad(`expected a header of at most ${MAX_HEADER_BYTES} bytes: the file is damaged`);
    }
  };
  const fill = async (bytes: number): Promise<void> => {
    if (position + bytes > source.size) {
      throw cut();
    }
    chunkStart = position;
    chunk = await source.read(
      position,
      Math.min(source.size, position + Math.max(bytes, CHUNK_BYTES)),
    );
    if (chunk.length < bytes) {
      throw cut();
    }
  };
  const take = async (bytes: number): Promise<DataView> => {
    if (position < chunkStart || position + bytes > chunkStart + chunk.length) {
      await fill(bytes);
    }
    const view = new DataView(chunk.buffer, chunk.byteOffset + position - chunkStart, bytes);
    move(bytes);
    return view;
  };
  const u64 = async (): Promise<number> => {
    const value = Number((await take(8)).getBigUint64(0, true));
    if (!Number.isSafeInteger(value)) {
      throw bad(`expected a length or count, got ${value}: the file is damaged`);
    }
    return value;
  };
  const skip = (bytes: number): void => {
    if (!(bytes <= source.size - position)) {
      throw cut();
    }
    move(bytes);
  };
  return {
    get position(): number {
      return position;
    },
    get left(): number {
      return source.size - position;
    },
    u8: async () => (await take(1)).getUint8(0),
    u32: async () => (await take(4)).getUint32(0, true),
    u64,
    view: take,
    text: (most) => textAt({ u64, skip, take }, most),
    skip,
    bad,
  };
}

async function textAt(
  cursor: {
    readonly u64: () => Promise<number>;
    readonly skip: (bytes: number) => void;
    readonly take: (bytes: number) => Promise<DataView>;
  },
  most: number,
): Promise<string | undefined> {
  const length = await cursor.u64();
  if (length > most) {
    cursor.skip(length);
    return;
  }
  const { buffer, byteOffset } = await cursor.take(length);
  return decodeUtf8(new Uint8Array(buffer, byteOffset, length)) ?? "";
}
