import type { FleetGpu } from "../hardware/fleet.ts";
import { chanceOfAll } from "./plan-chance.ts";
import type { PlanDeployment, PlanGpu, PlanRank } from "./plan-document.ts";

/** The cards with what the plan puts on them. */
export function planGpus(
  gpus: readonly FleetGpu[],
  deployments: readonly PlanDeployment[],
): readonly PlanGpu[] {
  const ranks = new Map(gpus.map(({ id }): [string, PlanRank[]] => [id, []]));
  for (const rank of deployments.flatMap((deployment) => deployment.ranks)) {
    ranks.get(rank.gpu)?.push(rank);
  }
  return gpus.map((gpu) => planGpu(gpu, ranks.get(gpu.id) ?? []));
}

function planGpu(gpu: FleetGpu, ranks: readonly PlanRank[]): PlanGpu {
  const plannedBytes = ranks.reduce((sum, rank) => sum + rankBytes(rank), 0);
  const freeBytes = gpu.memory - gpu.usedByOthers - gpu.reserve - plannedBytes;
  return {
    id: gpu.id,
    host: gpu.host,
    index: gpu.index,
    ...(gpu.uuid === undefined ? {} : { uuid: gpu.uuid }),
    name: gpu.name,
    catalogId: gpu.catalogId,
    computeCapability: gpu.computeCapability,
    ...(gpu.labels === undefined ? {} : { labels: gpu.labels }),
    ...(gpu.hasEcc === undefined ? {} : { hasEcc: gpu.hasEcc }),
    memoryBytes: gpu.memory,
    usedByOthersBytes: gpu.usedByOthers,
    reserveBytes: gpu.reserve,
    plannedBytes,
    // others and the reserve may be more than the card has: nothing is planned on it then
    freeBytes: plannedBytes === 0 ? Math.max(0, freeBytes) : freeBytes,
    chanceToFit: chanceOfAll(ranks.map((rank) => rank.chanceToFit)),
  };
}

/** What a plan counts for a rank on its card: its terms and its KV cache. */
export function rankBytes(rank: PlanRank): number {
  return rank.terms.reduce((sum, term) => sum + term.plannedBytes, 0) + rank.kv.budgetBytes;
}
