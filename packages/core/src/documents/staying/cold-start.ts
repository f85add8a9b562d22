import type { Fleet } from "../../hardware/fleet.ts";
import { planStarts } from "../../memory/start-order.ts";
import type { PlanDeployment } from "../plan-document.ts";
import { startingEngine } from "../starting-engine.ts";

/**
 * Deployments in the order given, each with what it would find free and what it would be told about memory if all
 * were started anew in this order.
 */
export function coldStart(
  fleet: Fleet,
  deployments: readonly PlanDeployment[],
): readonly PlanDeployment[] {
  const free = new Map(
    fleet.gpus.map((gpu) => [gpu.id, gpu.memory - gpu.usedByOthers - gpu.reserve]),
  );
  const totals = new Map<string, number>(fleet.gpus.map((gpu) => [gpu.id, gpu.memory]));
  const engines = deployments.map((deployment) => startingEngine(deployment, totals));
  const steps = planStarts(free, engines);
  return deployments.map((deployment, startOrder) => {
    const step = steps[startOrder];
    const { kv, ranks } = deployment;
    return {
      ...deployment,
      startOrder,
      kv: { ...kv, ...step?.knobs },
      ranks: ranks.map((rank, i) => ({
        ...rank,
        freeAtStartBytes: step?.ranks[i]?.freeAtStart ?? 0,
        freeForKvBytes: step?.ranks[i]?.freeForKv ?? 0,
      })),
    };
  });
}
