import type { LaunchedEngine } from "@berth/core/launch";

/** Where the files of a launch are. */
export interface Folders {
  /** Of the state, the logs and the bundle. */
  readonly folder: string;
  /** Of the rendered bundle. */
  readonly bundle: string;
}

export interface Starting extends Folders {
  readonly engine: LaunchedEngine;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Called once it is about to come, or is there where that takes no time. */
  readonly onStarting: () => void;
  /** Called as soon as there is a process, so that it can be told. */
  readonly onStarted: (found: Pick<LaunchedEngine, "pid" | "workers">) => Promise<void>;
}

export interface StartedEngine {
  /** How it ended, once it has: "exited with 1"; undefined while it goes on. */
  readonly ended: () => Promise<string | undefined>;
  /** Processes that its server started for it; absent where it is one itself. */
  readonly workers?: () => Promise<readonly number[]>;
}

/** What keeps engines running when Berth has ended, and finds them again by their marks. */
export interface Keeper {
  /** The commands that start one, each a list of words. */
  readonly commands: (
    engine: Pick<LaunchedEngine, "name" | "start" | "port">,
    folders: Folders,
  ) => readonly (readonly string[])[];
  /** Why one can't be started now, whatever the memory; undefined where it can. */
  readonly refusal: (engine: LaunchedEngine, folders: Folders) => Promise<string | undefined>;
  readonly start: (starting: Starting) => Promise<StartedEngine>;
  /** Marks of those that are there. */
  readonly alive: (engines: readonly LaunchedEngine[]) => Promise<ReadonlySet<string>>;
  /** The marks of these engines' processes, by the ids that this host gives them. */
  readonly processes: (engines: readonly LaunchedEngine[]) => Promise<ReadonlyMap<number, string>>;
  /** Ends one and clears away what is left of it, also where it has ended by itself; others go on. */
  readonly stop: (engine: LaunchedEngine, others: readonly LaunchedEngine[]) => Promise<void>;
  /** Brings the engine's log up to now. */
  readonly saveLog: (engine: LaunchedEngine) => Promise<void>;
  /** How long to wait between two looks at one that starts, at most. */
  readonly pollMs: number;
}
