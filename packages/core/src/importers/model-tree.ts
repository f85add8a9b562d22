import type { ByteSource } from "./byte-source.ts";

/** A text to read: what messages call it, and how long it may be. */
export interface TextLimits {
  readonly name: string;
  readonly maxBytes: number;
}

/**
 * Files as the readers of models need them, wherever they are kept: on a disk, or brought to a page. Paths are as
 * the user wrote them. All throw an InputError for what is there and can't be read.
 */
export interface ModelTree {
  /** What is at a path; undefined where nothing is. */
  readonly kind: (path: string) => Promise<"file" | "folder" | undefined>;
  /** Names in a folder. */
  readonly names: (folder: string) => Promise<readonly string[]>;
  /** A text file; undefined where it is not there. */
  readonly text: (path: string, limits: TextLimits) => Promise<string | undefined>;
  /** What `use` makes of a file's bytes; undefined where there is no such file, or it can be read only once. */
  readonly read: <T>(
    path: string,
    name: string,
    use: (source: ByteSource) => Promise<T>,
  ) => Promise<T | undefined>;
  /** Bytes of a file; undefined where there is none. */
  readonly size: (path: string) => Promise<number | undefined>;
}
