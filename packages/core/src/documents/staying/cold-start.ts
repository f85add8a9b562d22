import { engineById } from "../../catalog/engine-catalog.ts";
import type { Fleet } from "../../hardware/fleet.ts";
import { planStarts, type StartingEngine } from "../../memory/start-order.ts";
import { roundsUp } from "../estimate.ts";
import type { PlanDeployment, PlanRank } from "../plan-document.ts";

/**
 * Deployments in the order given, each with what it would find free and the fraction it would take if all were
 * started anew in this order.
 */
export function coldStart(
  fleet: Fleet,
  deployments: readonly PlanDeployment[],
): readonly PlanDeployment[] {
  const free = new Map(
    fleet.gpus.map((gpu) => [gpu.id, gpu.memory - gpu.usedByOthers - gpu.reserve]),
  );
  const steps = planStarts(free, deployments.map(startingOf));
  return deployments.map((deployment, startOrder) => {
    const step = steps[startOrder];
    const { kv, ranks } = deployment;
    return {
      ...deployment,
      startOrder,
      kv: { ...kv, freeGpuMemFraction: step?.launchFraction ?? kv.freeGpuMemFraction },
      ranks: ranks.map((rank, i) => ({
        ...rank,
        freeAtStartBytes: step?.ranks[i]?.freeAtStart ?? 0,
        freeForKvBytes: step?.ranks[i]?.freeForKv ?? 0,
      })),
    };
  });
}

function startingOf({
  engine,
  tokensPerBlock,
  kv,
  ranks,
}: PlanDeployment): StartingEngine & { readonly tokens: number } {
  const known = engineById(engine.id);
  return {
    tokensPerBlock,
    roundsUp: known !== undefined && roundsUp(known, engine.version),
    tokens: kv.tokens,
    ranks: ranks.map((rank) => ({
      gpu: rank.gpu,
      heldBefore: heldBytes(rank, "before-kv"),
      heldAfter: heldBytes(rank, "after-kv"),
      kvBytesPerToken: rank.kv.bytesPerToken,
    })),
  };
}

function heldBytes(rank: PlanRank, taken: "before-kv" | "after-kv"): number {
  return rank.terms
    .filter((term) => term.taken === taken)
    .reduce((sum, term) => sum + term.plannedBytes, 0);
}
