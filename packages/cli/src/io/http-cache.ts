import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { makeFolder } from "./make-folder.ts";
import { putFile } from "./put-file.ts";

/** An answer that was kept: what it was asked for, and the tag that it had then. */
export interface CachedAnswer {
  readonly etag: string | undefined;
  /** Bytes of the whole file, of which `body` may be a range; -1 where there is no such file. */
  readonly size: number;
  readonly commit: string | undefined;
  readonly body: Uint8Array;
}

export interface HttpCache {
  read(key: string): Promise<CachedAnswer | undefined>;
  /** Keeps an answer where it can; a cache that can't be written is no cache, and no error. */
  write(key: string, answer: CachedAnswer): Promise<void>;
}

/** Largest answer kept: headers have up to 20 MB, and a cache should stay small. */
const MAX_KEPT_BYTES = 64_000_000;

const NEWLINE = 10;

/** Answers under the user's cache folder, one file each: a line of JSON, then the body. */
export function createHttpCache(folder: string = cacheFolder()): HttpCache {
  const pathOf = (key: string): string =>
    join(folder, "http", `${createHash("sha256").update(key).digest("hex")}.bin`);
  return {
    read: async (key) => {
      try {
        return parsed(key, await readFile(pathOf(key)));
      } catch {
        return;
      }
    },
    write: async (key, { body, ...meta }) => {
      if (body.length > MAX_KEPT_BYTES) {
        return;
      }
      try {
        await makeFolder(join(folder, "http"), 0o700);
        const head = Buffer.from(`${JSON.stringify({ key, ...meta, bytes: body.length })}\n`);
        await putFile(pathOf(key), Buffer.concat([head, body]), { mode: 0o600 });
      } catch {
        // the answer is there all the same
      }
    },
  };
}

/** A file that was cut short or is another's is as none. */
function parsed(key: string, bytes: Buffer): CachedAnswer | undefined {
  const end = bytes.indexOf(NEWLINE);
  const meta = JSON.parse(bytes.toString("utf8", 0, end)) as CachedAnswer & {
    readonly key: string;
    readonly bytes: number;
  };
  const body = new Uint8Array(bytes.subarray(end + 1));
  return meta.key === key && meta.bytes === body.length && Number.isSafeInteger(meta.size)
    ? { etag: meta.etag, size: meta.size, commit: meta.commit, body }
    : undefined;
}

/** $BERTH_CACHE_DIR, or "berth" where the system keeps caches. */
function cacheFolder(): string {
  const { env } = process;
  const base = env["XDG_CACHE_HOME"] || env["LOCALAPPDATA"] || join(homedir(), ".cache");
  return env["BERTH_CACHE_DIR"] || join(base, "berth");
}
