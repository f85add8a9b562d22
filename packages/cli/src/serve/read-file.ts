import type { FileHandle } from "node:fs/promises";
import { type Folder, openInside } from "./inside-folder.ts";
import { Refusal } from "./refusal.ts";

/** A plan of 4,000 cards, the largest text that the page opens, is below 50 MB. */
const MAX_TEXT_BYTES = 64_000_000;
/** Of one answer. */
const MAX_PIECE_BYTES = 8_388_608;
/** Readers take no header above 100 MiB; what comes after are weights, which nobody needs. */
const MAX_HEADER_BYTES = 134_217_728;

/** Some bytes of a file, or all of them. */
export interface FilePiece {
  readonly bytes: Uint8Array;
  /** "bytes 0-63/1000"; absent where it is the whole file. */
  readonly range?: string;
}

/**
 * A text file of the folder, or what `range` (the header's text) asks for of a GGUF or safetensors file's start.
 * Throws a Refusal for other files and ranges, an InputError for what leads out of the folder.
 */
export async function readFilePiece(
  folder: Folder,
  name: string,
  range: string | undefined,
): Promise<FilePiece> {
  const isText = TEXT.test(name);
  const handle = isText || WEIGHTS.test(name) ? await openInside(folder, name, name) : undefined;
  if (handle === undefined) {
    throw new Refusal(
      "not-found",
      `${name}: no such file, or none that berth serve reads (texts, .gguf, .safetensors)`,
    );
  }
  try {
    const { size } = await handle.stat();
    return isText
      ? await readWhole(handle, { name, size })
      : await readHeader(handle, { name, size, range });
  } finally {
    await handle.close();
  }
}

const TEXT = /\.(?:ya?ml|json|txt|csv|xml|log)$/i;
const WEIGHTS = /\.(?:gguf|safetensors)$/i;

async function readWhole(
  handle: FileHandle,
  { name, size }: { readonly name: string; readonly size: number },
): Promise<FilePiece> {
  if (size > MAX_TEXT_BYTES) {
    throw new Refusal(
      "too-large",
      `${name}: expected at most ${MAX_TEXT_BYTES} bytes, got ${size}`,
    );
  }
  return { bytes: await bytesOf(handle, 0, size) };
}

interface HeaderRequest {
  readonly name: string;
  readonly size: number;
  readonly range: string | undefined;
}

async function readHeader(
  handle: FileHandle,
  { name, size, range }: HeaderRequest,
): Promise<FilePiece> {
  const { first, last } =
    /^bytes=(?<first>\d{1,15})-(?<last>\d{1,15})$/.exec(range ?? "")?.groups ?? {};
  const start = Number(first);
  const end = Math.min(Number(last) + 1, size);
  // NaN where nothing was asked
  const isRight = end - start > 0 && end - start <= MAX_PIECE_BYTES && end <= MAX_HEADER_BYTES;
  if (!isRight) {
    throw new Refusal(
      "wrong-range",
      `${name}: expected Range: bytes=FIRST-LAST of at most ${MAX_PIECE_BYTES} bytes within its ${size}, and within the first ${MAX_HEADER_BYTES}`,
    );
  }
  return { bytes: await bytesOf(handle, start, end), range: `bytes ${start}-${end - 1}/${size}` };
}

async function bytesOf(handle: FileHandle, start: number, end: number): Promise<Uint8Array> {
  const bytes = Buffer.alloc(end - start);
  let filled = 0;
  while (filled < bytes.length) {
    const { bytesRead } = await handle.read(bytes, filled, bytes.length - filled, start + filled);
    if (bytesRead === 0) {
      break;
    }
    filled += bytesRead;
  }
  return bytes.subarray(0, filled);
}
