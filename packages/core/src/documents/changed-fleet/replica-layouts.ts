import type { PlanDeployment, PlanDocument } from "../plan-document.ts";
import type { ReplicaLayout } from "./whatif-document.ts";

/** Replicas of a model by how they run, in the plan's order: precision, parallel sizes, and the kinds of their cards. */
export function replicaLayouts(
  replicas: readonly PlanDeployment[],
  gpus: PlanDocument["gpus"],
): readonly ReplicaLayout[] {
  const kindOf = new Map(gpus.map(({ id, catalogId }) => [id, catalogId]));
  const found = new Map<string, ReplicaLayout>();
  for (const { quantization, tp, pp, gpus: ids } of replicas) {
    const kinds = ids.map((id) => kindOf.get(id) ?? "");
    const cards = [...new Set(kinds)].map((gpu) => ({
      gpu,
      count: kinds.filter((kind) => kind === gpu).length,
    }));
    const way = { quantization, tp, pp, cards };
    const key = JSON.stringify(way);
    found.set(key, { replicas: 1 + (found.get(key)?.replicas ?? 0), ...way });
  }
  return [...found.values()];
}
