import { dirname, join } from "node:path";
import type { LaunchedEngine } from "@berth/core/launch";
import { makeFolder } from "../../io/make-folder.ts";
import { startDetached } from "../../io/start-detached.ts";
import { MARK, markedProcesses } from "../marked-processes.ts";
import { stopEngine } from "../stop-engine.ts";
import type { Folders, Keeper, StartedEngine, Starting } from "./keeper.ts";

const POLL_MS = 250;

/** Scripts of the bundle as processes of this user, told from all others by a variable of their environment. */
export const scriptKeeper: Keeper = {
  commands: ({ start }, { bundle }) =>
    start.by === "script" ? [["sh", join(bundle, start.script)]] : [],
  refusal: async () => undefined,
  start,
  alive: async (engines) => new Set((await markedProcesses(engines.map(markOf))).values()),
  processes: (engines) => markedProcesses(engines.map(markOf)),
  stop: ({ mark }) => stopEngine(mark),
  saveLog: async () => undefined,
  pollMs: POLL_MS,
};

function markOf({ mark }: LaunchedEngine): string {
  return mark;
}

async function start({ engine, bundle, onStarting, onStarted }: Starting): Promise<StartedEngine> {
  const { name, mark, log, start: how } = engine;
  const script = how.by === "script" ? how.script : "";
  const { pid, ended } = await startScript({ bundle }, { name, mark, log, script });
  await onStarted({ pid });
  onStarting();
  return { ended };
}

export interface Script {
  readonly name: string;
  readonly mark: string;
  readonly log: string;
  /** By its path in the bundle. */
  readonly script: string;
}

/** Starts a script of the bundle that goes on when Berth ends. */
export async function startScript(
  { bundle }: Pick<Folders, "bundle">,
  { name, mark, log, script }: Script,
): Promise<StartedEngine & { readonly pid: number }> {
  await makeFolder(dirname(log));
  const { pid, ended } = await startDetached({
    command: "sh",
    args: [script],
    folder: bundle,
    environment: { [MARK]: mark },
    log,
    what: name,
  });
  let how: string | undefined;
  void ended.then((text) => {
    how = text;
  });
  return { pid, ended: async () => how };
}
