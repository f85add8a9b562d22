import type { PlanGpu, PlanRank } from "../documents/plan-document.ts";
import type { HostedDeployment, HostPlan } from "./host-plan.ts";

/** One card at one start: what the plan expects before and after it. */
export interface MemoryStep {
  /** Position among the starts of its host, from 1. */
  readonly position: number;
  readonly hosted: HostedDeployment;
  readonly gpu: PlanGpu;
  readonly usedBeforeBytes: number;
  /** What this engine takes at most, its KV cache included. */
  readonly takenBytes: number;
  readonly usedAfterBytes: number;
}

/** Every card of the host at every start, in start order and in the order of ranks. */
export function memorySteps(host: HostPlan): readonly MemoryStep[] {
  return host.deployments.flatMap((hosted, at) =>
    hosted.deployment.ranks.flatMap((rank) => {
      const gpu = hosted.gpus.find(({ id, host: on }) => id === rank.gpu && on === host.name);
      return gpu === undefined ? [] : [memoryStep(at + 1, { hosted, gpu, rank })];
    }),
  );
}

interface Started {
  readonly hosted: HostedDeployment;
  readonly gpu: PlanGpu;
  readonly rank: PlanRank;
}

function memoryStep(position: number, { hosted, gpu, rank }: Started): MemoryStep {
  const usedBeforeBytes = gpu.memoryBytes - rank.freeAtStartBytes;
  const takenBytes = rankBytes(rank);
  const usedAfterBytes = usedBeforeBytes + takenBytes;
  return { position, hosted, gpu, usedBeforeBytes, takenBytes, usedAfterBytes };
}

/** What the plan counts for all terms of a rank, and its KV cache. */
function rankBytes(rank: PlanRank): number {
  return rank.terms.reduce((sum, term) => sum + term.plannedBytes, rank.kv.budgetBytes);
}
