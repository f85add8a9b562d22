import type { FleetGpu } from "../hardware/fleet.ts";
import type { PlanDeployment, PlanGpu, PlanRank } from "./plan-document.ts";

/** A card with what the plan puts on it. */
export function planGpu(gpu: FleetGpu, deployments: readonly PlanDeployment[]): PlanGpu {
  const plannedBytes = deployments
    .flatMap((deployment) => deployment.ranks)
    .filter((rank) => rank.gpu === gpu.id)
    .reduce((sum, rank) => sum + rankBytes(rank), 0);
  return {
    id: gpu.id,
    host: gpu.host,
    index: gpu.index,
    ...(gpu.uuid === undefined ? {} : { uuid: gpu.uuid }),
    name: gpu.name,
    catalogId: gpu.catalogId,
    computeCapability: gpu.computeCapability,
    memoryBytes: gpu.memory,
    usedByOthersBytes: gpu.usedByOthers,
    reserveBytes: gpu.reserve,
    plannedBytes,
    freeBytes: gpu.memory - gpu.usedByOthers - gpu.reserve - plannedBytes,
  };
}

/** What a rank takes of its card at the upper bounds: its terms and its KV cache. */
export function rankBytes(rank: PlanRank): number {
  return rank.terms.reduce((sum, term) => sum + term.highBytes, 0) + rank.kv.budgetBytes;
}
