import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/** The variable that every process of an engine inherits; its value is the engine's mark. */
export const MARK = "BERTH_ENGINE";

const PROCESSES = "/proc";

/**
 * Every live process whose environment has one of these marks, by its id. Linux only, and only the user's own
 * processes; an engine's workers are found also where they left its process group.
 */
export async function markedProcesses(
  marks: readonly string[],
): Promise<ReadonlyMap<number, string>> {
  const found = new Map<number, string>();
  for (const name of await readdir(PROCESSES)) {
    const pid = Number(name);
    const mark = Number.isInteger(pid) ? await markOf(name) : undefined;
    if (mark !== undefined && marks.includes(mark)) {
      found.set(pid, mark);
    }
  }
  return found;
}

/** A process that has ended and is still listed has no environment any more. */
async function markOf(process: string): Promise<string | undefined> {
  try {
    const environment = await readFile(join(PROCESSES, process, "environ"), "utf8");
    const entry = environment.split("\0").find((variable) => variable.startsWith(`${MARK}=`));
    return entry?.slice(MARK.length + 1);
  } catch {
    // gone by now, or of another user
    return undefined;
  }
}
