import { doCarry, replicaKinds } from "../../capacity/mixture.ts";
import type { ServingModel } from "../../capacity/serving-model.ts";
import type { ReplicaWay, WayServes } from "./replica-ways.ts";

/** A replica that is thought of, and what it serves. */
interface Thought {
  readonly way: Pick<ReplicaWay, "targets">;
  readonly serves: WayServes;
}

/**
 * Whether unlike replicas carry more requests a second than that together within the targets, where not each of them does by itself. Those that
 * are alike do not.
 */
export function doCarryTogether(replicas: readonly Thought[], rate: number): boolean {
  const [first] = replicas;
  const kinds = new Set(replicas.map(({ serves }) => serves));
  return (
    first !== undefined &&
    kinds.size > 1 &&
    first.way.targets.length > 0 &&
    doCarry(replicaKinds(replicas.map(({ serves }) => servingOf(serves))), rate, first.way.targets)
  );
}

function servingOf(serves: WayServes): ServingModel {
  const serving = known.get(serves) ?? serves.serving();
  known.set(serves, serving);
  return serving;
}

const known = new WeakMap<WayServes, ServingModel>();
