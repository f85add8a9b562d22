import { join } from "node:path";
import type { ClusterPart, ClusterState, ClusterTarget, KubeUnit } from "@berth/core/launch";
import { UsageError } from "../../usage-error.ts";
import type { Cluster } from "./cluster.ts";
import { KeptCluster, readKeptCluster } from "./kept-cluster.ts";
import { KubernetesCluster } from "./kubernetes.ts";
import { SlurmCluster } from "./slurm.ts";

const TARGETS: readonly ClusterTarget[] = ["kubernetes", "slurm"];

/** What earlier launches handed to a cluster, and how to ask it. */
export interface FoundCluster {
  readonly folder: string;
  readonly kept: KeptCluster;
  readonly cluster: Cluster;
}

/** A cluster's own part of a state folder. */
export function clusterFolder(folder: string, target: ClusterTarget): string {
  return join(folder, target);
}

/** The clusters that have something of a state folder's launches. */
export async function keptClusters(folder: string): Promise<readonly FoundCluster[]> {
  const found = await Promise.all(TARGETS.map((target) => keptOn(clusterFolder(folder, target))));
  return found.flat();
}

/** The cluster whose folder this is; empty where it has nothing. */
export async function keptOn(folder: string): Promise<readonly FoundCluster[]> {
  const state = await readKeptCluster(folder);
  return state === undefined || (state.things.length === 0 && state.parts.length === 0)
    ? []
    : [{ folder, kept: new KeptCluster(folder, state), cluster: clusterOf(folder, state) }];
}

function clusterOf(folder: string, { target, parts }: ClusterState): Cluster {
  return target === "kubernetes"
    ? new KubernetesCluster(parts.filter(isWorkload), folder)
    : new SlurmCluster(parts, { folder, artifacts: [], options: [] });
}

function isWorkload(part: ClusterPart): part is ClusterPart & KubeUnit {
  return part.kind !== undefined;
}

/** Where the tools of this machine go now. Throws a UsageError where that is not where Berth made what it knows. */
export async function whereNow(
  cluster: Cluster,
  { where: then, things }: Pick<ClusterState, "where" | "things">,
): Promise<string | undefined> {
  const now = await cluster.where();
  if (things.length > 0 && now !== then) {
    throw new UsageError(
      `kubectl is set to ${now ?? "no context"} (context/namespace), and what berth launch made is in ${then ?? "a cluster without a name"}: set it back with kubectl config, or say another --state`,
    );
  }
  return now;
}
