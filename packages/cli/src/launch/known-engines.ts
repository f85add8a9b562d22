import type { LaunchedEngine } from "@berth/core/launch";
import { aliveMarks } from "./keepers/registry.ts";
import { readState } from "./state-file.ts";

/** What earlier calls started, as a state folder has it: what still runs, and what has ended by itself. */
export async function knownEngines(folder: string): Promise<{
  readonly live: readonly LaunchedEngine[];
  readonly ended: readonly LaunchedEngine[];
}> {
  const engines = (await readState(folder))?.engines ?? [];
  const alive = await aliveMarks(engines);
  return {
    live: engines.filter(({ mark }) => alive.has(mark)),
    ended: engines.filter(({ mark }) => !alive.has(mark)),
  };
}
