import type { ClusterTarget } from "@berth/core/launch";

/** `berth/status@1`: what Berth started, and what it does now. */
export interface StatusDocument {
  readonly schema: "berth/status@1";
  /** On this host. */
  readonly engines: readonly EngineStatus[];
  /** On clusters. */
  readonly parts: readonly PartStatus[];
}

export interface EngineStatus {
  readonly name: string;
  readonly model: string;
  readonly replica: number;
  readonly gpus: readonly string[];
  readonly condition: Condition;
  readonly port: number;
  readonly pid?: number;
  readonly startedAt: string;
  readonly log: string;
}

/** What an engine is doing: its process gone, there but silent, or answering. */
export type Condition = "ended" | "starting" | "ready" | "departed" | "silent";

/** What a workload or a job is doing, as its cluster says. */
export interface PartStatus {
  readonly name: string;
  readonly target: ClusterTarget;
  /** Departed: ready, and outside of the plan's bounds. Waiting: was ready, and is not any more. */
  readonly condition: "ready" | "departed" | "starting" | "waiting" | "failed";
  /** Why it is not ready; absent where it is. */
  readonly detail?: string;
  readonly gpus: readonly string[];
  /** A job's number. */
  readonly job?: string;
}

/** `berth/stop@1`: the names of what was stopped, the newest first. */
export interface StopDocument {
  readonly schema: "berth/stop@1";
  readonly stopped: readonly string[];
}
