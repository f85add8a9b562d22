import { link, readFile, rename, rm, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { InputError } from "@berth/core";
import { type LaunchState, readLaunchState } from "@berth/core/launch";
import { makeFolder } from "../io/make-folder.ts";
import { putFile } from "../io/put-file.ts";
import { codeOf, readTextIfThere } from "../io/read-text.ts";

const STATE = "state.json";
const LOCK = "lock";
/** A plan of one host is below 1 MB; every engine holds its part of it. */
const MAX_STATE_BYTES = 50_000_000;

/** Where what runs on this host is written down, for this user. */
export function stateFolder(): string {
  const base = process.env["XDG_STATE_HOME"] || join(homedir(), ".local", "state");
  return join(base, "berth");
}

/** What Berth started; undefined where nothing is written down. Throws an InputError for a file that is no state. */
export function readState(folder: string): Promise<LaunchState | undefined> {
  return readStateFile(folder, readLaunchState);
}

export function writeState(folder: string, state: LaunchState): Promise<void> {
  return writeStateFile(folder, state);
}

/** What a folder's state file says; undefined where there is none. */
export async function readStateFile<State>(
  folder: string,
  read: (file: string, content: string) => State,
): Promise<State | undefined> {
  const path = join(folder, STATE);
  const text = await readTextIfThere({ path, name: path, maxBytes: MAX_STATE_BYTES });
  return text === undefined ? undefined : read(path, text);
}

/** Writes it whole or not at all. */
export async function writeStateFile(folder: string, state: object): Promise<void> {
  await orSay(folder, async () => {
    await makeFolder(folder, 0o700);
    const text = `${JSON.stringify(state, undefined, 2)}\n`;
    await putFile(join(folder, STATE), text, { mode: 0o600 });
  });
}

/** Throws an InputError for what the file system refuses. */
async function orSay(folder: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (error instanceof InputError) {
      throw error;
    }
    throw new InputError({ file: folder }, `can't be written (${codeOf(error)})`, { cause: error });
  }
}

/** Does what must not be done twice at once. Throws an InputError where another Berth is at it. */
export async function whileLocked<Value>(
  folder: string,
  action: () => Promise<Value>,
): Promise<Value> {
  const lock = join(folder, LOCK);
  await orSay(folder, async () => {
    await makeFolder(folder, 0o700);
    await takeLock(lock);
  });
  try {
    return await action();
  } finally {
    await rm(lock, { force: true });
  }
}

/** The lock holds the process that has it; that of one that was killed is taken away. */
async function takeLock(lock: string): Promise<void> {
  const own = `${lock}.${process.pid}`;
  try {
    await writeFile(own, await identity(process.pid));
    for (;;) {
      if (await linked(own, lock)) {
        return;
      }
      const holder = await readFile(lock, "utf8").catch(() => "");
      const [pid = ""] = holder.split(" ");
      if (holder !== "" && (await identity(Number(pid))) === holder) {
        throw new InputError(
          { file: lock },
          `another berth (process ${pid}) is starting or stopping engines; wait for it, or end it`,
        );
      }
      await rename(lock, `${own}.stale`).catch(() => undefined);
      await rm(`${own}.stale`, { force: true });
    }
  } finally {
    await rm(own, { force: true });
  }
}

async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") {
      return false;
    }
    throw error;
  }
}

/** A process, told from a later one with the same id by its start; "" where there is none. */
async function identity(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  // after the name, which may hold anything, comes the state, and 19 fields later the start
  const started = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
  return started === undefined ? "" : `${pid} ${started}`;
}
