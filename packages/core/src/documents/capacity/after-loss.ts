import { carriedWithin, replicaKinds } from "../../capacity/mixture.ts";
import type { PlanDocument } from "../plan-document.ts";
import { type AskedReplicas, replicasWithout } from "./asked-replicas.ts";
import type { LossCapacity } from "./capacity-document.ts";
import type { ReplicaModel } from "./replica-model.ts";

/**
 * The rate that a model's replicas still carry within all of its targets when the worst card is lost, and when the
 * worst host with all its cards is: engines on other cards go on, those that shared the lost ones leave room behind.
 */
export function afterLosses(
  { gpus, deployments }: PlanDocument,
  all: AskedReplicas,
  { name, rate }: { readonly name: string; readonly rate: number },
): readonly LossCapacity[] {
  const own = new Set(deployments.filter(({ model }) => model === name).flatMap((one) => one.gpus));
  const used = gpus.filter(({ id }) => own.has(id));
  return (["gpu", "host"] as const).flatMap((loss) => {
    const places = [...new Set(used.map(({ id, host }) => (loss === "host" ? host : id)))];
    const known = new Map<string, number>();
    const each = places.map((lost) => {
      const gone = new Set(
        gpus.filter(({ id, host }) => (loss === "host" ? host : id) === lost).map(({ id }) => id),
      );
      const ended = all.alone.filter(({ deployment }) =>
        deployment.gpus.some((id) => gone.has(id)),
      );
      // cards of one replica are lost alike
      const key = ended.map(({ deployment }) => `${deployment.model} ${deployment.replica}`).join();
      const carried = known.get(key) ?? carriedWithout(all, { ended, name });
      known.set(key, carried);
      return { loss, lost, requestsPerSecond: carried, isEnough: carried > rate };
    });
    return each.toSorted((a, b) => a.requestsPerSecond - b.requestsPerSecond).slice(0, 1);
  });
}

/** What the replicas that are left carry within all targets, together. */
function carriedWithout(
  all: AskedReplicas,
  { ended, name }: { readonly ended: readonly ReplicaModel[]; readonly name: string },
): number {
  const left = replicasWithout(all, new Set(ended)).filter(
    ({ deployment }) => deployment.model === name,
  );
  return carriedWithin(
    replicaKinds(left.map(({ serving }) => serving)),
    left[0]?.workload.targets ?? [],
  );
}
