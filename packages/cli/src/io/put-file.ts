import {
  constants,
  copyFile,
  link,
  open,
  readdir,
  realpath,
  rename,
  rm,
  stat,
} from "node:fs/promises";
import { dirname, join } from "node:path";
import { makeFolder } from "./make-folder.ts";
import { codeOf } from "./read-text.ts";
import { isRunning } from "./stage.ts";

export interface PutOptions {
  /** The rights of a file that was not there; one that was keeps its own. */
  readonly mode?: number;
  /** A link stays, and what it points to is replaced; otherwise the link is. */
  readonly followsLink?: boolean;
  /** Fails with EEXIST where something is there by now, instead of replacing it. */
  readonly isNew?: boolean;
  /** The last look before the file is replaced: what it throws keeps the old file. */
  readonly beforeReplaced?: () => Promise<void>;
}

const RIGHTS = 0o777;
/** What a killed process was writing. */
const LEFT = /^\.berth-(\d+)-\d+\.new$/;
/** A process of another machine, which shares the folder, may still be at it. */
const LEFT_AFTER_MS = 60_000;

let count = 0;

/**
 * Puts a file in its place: whoever reads it, and whenever this process ends, finds the old file or the new one, never
 * half of it. What killed processes left beside it is removed. Rejects with what the file system says, and leaves nothing
 * behind then. Only a new file on a file system without hard links is copied to its place.
 */
export async function putFile(
  path: string,
  content: string | Uint8Array,
  { mode = 0o666, followsLink = false, isNew = false, beforeReplaced }: PutOptions = {},
): Promise<void> {
  const target = followsLink ? await realpath(path).catch(() => path) : path;
  const folder = dirname(target);
  await makeFolder(folder);
  await removeLeft(folder);
  count += 1;
  const temporary = join(folder, `.berth-${process.pid}-${count}.new`);
  try {
    await write(temporary, content, { mode, kept: isNew ? undefined : await rightsOf(target) });
    await beforeReplaced?.();
    await (isNew ? linkTo(temporary, target) : rename(temporary, target));
  } finally {
    await rm(temporary, { force: true });
  }
}

/** As they say that there are no hard links: FAT, and some network file systems. */
const NO_LINKS = new Set(["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS"]);

async function linkTo(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    if (!NO_LINKS.has(codeOf(error))) {
      throw error;
    }
    await copyFile(from, to, constants.COPYFILE_EXCL);
  }
}

async function write(
  path: string,
  content: string | Uint8Array,
  { mode, kept }: { readonly mode: number; readonly kept: number | undefined },
): Promise<void> {
  const file = await open(path, "wx", kept ?? mode);
  try {
    await file.writeFile(content);
    if (kept !== undefined) {
      await file.chmod(kept);
    }
    await file.sync();
  } finally {
    await file.close();
  }
}

async function rightsOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).mode & RIGHTS;
  } catch (error) {
    if (codeOf(error) === "ENOENT") {
      return;
    }
    throw error;
  }
}

/** Only tidies: what can't be removed is no reason not to write. */
async function removeLeft(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const pid = Number(LEFT.exec(name)?.[1] ?? process.pid);
    if (pid !== process.pid && !isRunning(pid)) {
      const path = join(folder, name);
      const { mtimeMs = Date.now() } = (await stat(path).catch(() => undefined)) ?? {};
      if (Date.now() - mtimeMs > LEFT_AFTER_MS) {
        await rm(path, { force: true }).catch(() => undefined);
      }
    }
  }
}
