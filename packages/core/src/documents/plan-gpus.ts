import type { FleetGpu } from "../hardware/fleet.ts";
import { chanceOfAll } from "./plan-chance.ts";
import type { PlanDeployment, PlanGpu, PlanRank } from "./plan-document.ts";

/** A card with what the plan puts on it. */
export function planGpu(gpu: FleetGpu, deployments: readonly PlanDeployment[]): PlanGpu {
  const ranks = deployments
    .flatMap((deployment) => deployment.ranks)
    .filter((rank) => rank.gpu === gpu.id);
  const plannedBytes = ranks.reduce((sum, rank) => sum + rankBytes(rank), 0);
  return {
    id: gpu.id,
    host: gpu.host,
    index: gpu.index,
    ...(gpu.uuid === undefined ? {} : { uuid: gpu.uuid }),
    name: gpu.name,
    catalogId: gpu.catalogId,
    computeCapability: gpu.computeCapability,
    ...(gpu.labels === undefined ? {} : { labels: gpu.labels }),
    memoryBytes: gpu.memory,
    usedByOthersBytes: gpu.usedByOthers,
    reserveBytes: gpu.reserve,
    plannedBytes,
    freeBytes: gpu.memory - gpu.usedByOthers - gpu.reserve - plannedBytes,
    chanceToFit: chanceOfAll(ranks.map((rank) => rank.chanceToFit)),
  };
}

/** What a plan counts for a rank on its card: its terms and its KV cache. */
export function rankBytes(rank: PlanRank): number {
  return rank.terms.reduce((sum, term) => sum + term.plannedBytes, 0) + rank.kv.budgetBytes;
}
