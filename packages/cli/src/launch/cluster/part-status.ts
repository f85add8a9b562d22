import type { ClusterPart, ClusterProgress } from "@berth/core/launch";
import type { PartStatus } from "../status-document.ts";
import { type FoundCluster, keptClusters, whereNow } from "./kept-clusters.ts";

/** Of all that earlier launches of a state folder handed to clusters. Throws where a cluster can't be asked. */
export async function partStatuses(folder: string): Promise<readonly PartStatus[]> {
  const statuses: PartStatus[] = [];
  for (const found of await keptClusters(folder)) {
    const { kept, cluster } = found;
    await whereNow(cluster, kept.state);
    for (const part of kept.state.parts.filter((one) => isHandedOver(one, found))) {
      const progress = await cluster.progress(part, kept.things);
      statuses.push(statusOf(part, progress, found));
    }
  }
  return statuses;
}

/** A launch that was killed between two jobs has not come to the later ones. */
function isHandedOver({ name, kind, status }: ClusterPart, { kept }: FoundCluster): boolean {
  return (
    kind !== undefined || status !== "starting" || kept.things.some((thing) => thing.name === name)
  );
}

function statusOf(
  part: ClusterPart,
  progress: ClusterProgress,
  { kept }: FoundCluster,
): PartStatus {
  const { name, engines, status } = part;
  const job = kept.things.find((thing) => thing.name === name)?.job;
  return {
    name,
    target: kept.state.target,
    ...conditionOf(status, progress),
    gpus: [...new Set(engines.flatMap(({ deployment }) => deployment.gpus))],
    ...(job === undefined ? {} : { job }),
  };
}

function conditionOf(
  status: ClusterPart["status"],
  progress: ClusterProgress,
): Pick<PartStatus, "condition" | "detail"> {
  switch (progress.is) {
    case "ready":
      return { condition: status === "departed" ? status : "ready" };
    case "waiting":
      return { condition: status === "starting" ? status : "waiting", detail: progress.stage };
    case "failed":
      return { condition: "failed", detail: `it ${progress.how}` };
    default:
      return progress satisfies never;
  }
}
