import { InputError } from "../report/errors.ts";

/** Bytes that can be read piece by piece: a file, a URL or a buffer. */
export interface ByteSource {
  /** Bytes in all. */
  readonly size: number;
  /** The bytes from `start` up to, not including, `end`; fewer only where the source ends before. */
  read(start: number, end: number): Promise<Uint8Array>;
}

/** A source of bytes that are in memory already. */
export function bytesSource(bytes: Uint8Array): ByteSource {
  return {
    size: bytes.length,
    read: (start, end) => Promise.resolve(bytes.subarray(start, end)),
  };
}

/** As `read`, but all of it or an InputError: a file may shrink, a server may answer short. */
export async function readExactly(
  file: string,
  source: ByteSource,
  { start, end }: { readonly start: number; readonly end: number },
): Promise<Uint8Array> {
  const bytes = await source.read(start, Math.min(end, source.size));
  if (bytes.length !== end - start) {
    throw new InputError(
      { file },
      `expected ${end - start} bytes at ${start}, got ${bytes.length}: the file is cut short`,
    );
  }
  return bytes;
}

/** Core has no platform; this much of it every platform has. */
declare const TextDecoder: new (
  label: "utf-8",
  options: { readonly fatal: true },
) => { decode(bytes: Uint8Array): string };

/** UTF-8 as text; undefined where the bytes are none. */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
