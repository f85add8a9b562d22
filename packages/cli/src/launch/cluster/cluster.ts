import type { ClusterProgress, ClusterState, ClusterThing, ClusterUnit } from "@berth/core/launch";
import type { KeptCluster } from "./kept-cluster.ts";

/** A command that is run: a program and its words, and the folder where that matters. */
export interface ClusterCommand {
  readonly words: readonly string[];
  readonly folder?: string;
}

/** What a cluster has of a bundle. */
export interface ClusterLook {
  /** The names of the parts that are there as planned. */
  readonly staying: ReadonlySet<string>;
  /** What Berth made there and the bundle has no more, or has otherwise. */
  readonly stale: readonly ClusterThing[];
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
  /** Where this machine's tools go, as the state has it; undefined where they don't say. */
  readonly where: () => Promise<string | undefined>;
  /** Asks what is there, beside what is known of earlier launches. Starts nothing. */
  readonly look: (kept: KeptCluster) => Promise<ClusterLook>;
  /** What is done for all parts at once; what it makes is written down before. */
  readonly begin: (kept: KeptCluster) => Promise<void>;
  readonly start: (unit: ClusterUnit, kept: KeptCluster) => Promise<void>;
  readonly progress: (
    unit: ClusterUnit,
    things: ClusterState["things"],
  ) => Promise<ClusterProgress>;
  /** Brings what a part printed to this machine: a file for each of its engines, as far as they came. */
  readonly logs: (unit: ClusterUnit, things: ClusterState["things"]) => Promise<readonly string[]>;
  /** Takes these away, in their order, and returns once they are gone; one that is not there any more is no error. */
  readonly remove: (things: readonly ClusterThing[]) => Promise<void>;
}

/** What people call it: "deployment.apps/chat", "chat (job 12)". */
export function thingText({ name, job }: ClusterThing): string {
  return job === undefined ? name : `${name} (job ${job})`;
}
