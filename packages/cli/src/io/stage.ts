import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { InputError } from "@berth/core";
import { readdirOrNothing } from "./list-folder.ts";
import { codeOf } from "./read-text.ts";

/** The folder in a deployment's folder where its files are made; the number is the process that does. */
const STAGE = /^\.berth-new-(\d+)$/;

export function isStage(name: string): boolean {
  return STAGE.test(name);
}

/**
 * Makes the staging folder of this process and removes those that ended without doing so. It lies in the folder
 * itself, so that a rename out of it never leaves the file system. Throws an InputError while another process has one.
 */
export async function openStage(folder: string, name: string): Promise<string> {
  const stage = join(folder, `.berth-new-${process.pid}`);
  await rm(stage, { recursive: true, force: true });
  await mkdir(stage);
  try {
    await removeOthers(folder, name);
  } catch (error) {
    await rm(stage, { recursive: true, force: true });
    throw error;
  }
  return stage;
}

async function removeOthers(folder: string, name: string): Promise<void> {
  for (const entry of await readdirOrNothing(folder, name)) {
    const pid = Number(STAGE.exec(entry)?.[1] ?? process.pid);
    if (pid !== process.pid) {
      if (isRunning(pid)) {
        const other = `process ${pid} is writing there too (${entry})`;
        throw new InputError({ file: name }, `${other}; wait for its end, or remove ${entry}`);
      }
      await rm(join(folder, entry), { recursive: true, force: true });
    }
  }
}

/** Whether a process of this machine is there. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === "EPERM";
  }
}
