import type { ClusterProgress, ClusterUnit } from "@berth/core/launch";

/** A command that is run: a program and its words, and the folder where that matters. */
export interface ClusterCommand {
  readonly words: readonly string[];
  readonly folder?: string;
}

/** How a cluster keeps the parts of one bundle running. */
export interface Cluster {
  readonly units: readonly ClusterUnit[];
  /** Commands before any part is started. */
  readonly beginning: readonly ClusterCommand[];
  /** Commands that start one part and wait for it. */
  readonly commands: (unit: ClusterUnit) => readonly ClusterCommand[];
  /** Commands that take away what was started. */
  readonly ending: readonly ClusterCommand[];
  /** Asks what is there; gives the names of the parts that run as planned. Starts nothing. */
  readonly look: () => Promise<ReadonlySet<string>>;
  /** What is done for all parts at once. */
  readonly begin: () => Promise<void>;
  readonly start: (unit: ClusterUnit) => Promise<void>;
  readonly progress: (unit: ClusterUnit) => Promise<ClusterProgress>;
  /** Brings what a part printed to this machine: a file for each of its engines, as far as they came. */
  readonly logs: (unit: ClusterUnit) => Promise<readonly string[]>;
  /** Takes away what this call started, and says what that was. */
  readonly rollBack: () => Promise<readonly string[]>;
}
