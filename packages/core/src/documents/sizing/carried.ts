import { carriedWithin, replicaKinds } from "../../capacity/mixture.ts";
import type { Loss } from "../../placement/survive.ts";
import { replicasWithout } from "../capacity/asked-replicas.ts";
import type { PlanDeployment, PlanDocument, PlanGpu } from "../plan-document.ts";
import { carriedApart } from "./carried-apart.ts";
import type { Served } from "./replica-serves.ts";

/** What a model's replicas carry within its targets: all of them, and those that the worst loss leaves. */
export interface Carried {
  readonly all: number;
  readonly afterLoss?: { readonly lost: string; readonly carriesPerSecond: number };
}

export function carriedIn(
  { gpus }: Pick<PlanDocument, "gpus">,
  replicas: readonly Served[],
  loss: Loss | undefined,
): Carried {
  const all = carriedBy(replicas);
  const used = gpus.filter(({ id }) =>
    replicas.some(({ deployment }) => deployment.gpus.includes(id)),
  );
  const places = new Set(used.map(({ id, host }) => (loss === "host" ? host : id)));
  const losses = [...(loss === undefined ? [] : places)].map((lost) => {
    const gone = gpus.filter(({ id, host }) => (loss === "host" ? host : id) === lost);
    const left = replicas.filter((one) => !isGone(one.deployment, gone));
    return { lost, carriesPerSecond: Math.min(carriedBy(left), carriedAlone(left, gone)) };
  });
  const [worst] = losses.toSorted((a, b) => a.carriesPerSecond - b.carriesPerSecond);
  return worst === undefined ? { all } : { all, afterLoss: worst };
}

function isGone({ gpus }: PlanDeployment, gone: readonly PlanGpu[]): boolean {
  return gone.some(({ id }) => gpus.includes(id));
}

/** What they carry when all that the lost engines of other models served falls to those that are left, on the same cards too. */
function carriedAlone(left: readonly Served[], gone: readonly PlanGpu[]): number {
  const [first] = left;
  if (first === undefined) {
    return 0;
  }
  const { among, deployment, replica } = first;
  const ended = among.alone.filter((one) => isGone(one.deployment, gone));
  const own = replicasWithout(among, new Set(ended)).filter(
    (one) => one.deployment.model === deployment.model,
  );
  return carriedWithin(replicaKinds(own.map(({ serving }) => serving)), replica.workload.targets);
}

/** Replicas that are alike keep a target together as long as each does. */
function carriedBy(replicas: readonly Served[]): number {
  const kinds = replicaKinds(replicas.map(({ replica }) => replica.serving));
  return kinds.length > 1
    ? carriedWithin(kinds, replicas[0]?.replica.workload.targets ?? [])
    : carriedApart(replicas.map(({ deployment }) => deployment.serves));
}

/** Less of both, where there are two. */
export function leastCarried({ all, afterLoss }: Carried): number {
  return Math.min(all, afterLoss?.carriesPerSecond ?? all);
}

/** Whether so much is carried, in requests a second, that more than what is asked for is. */
export function isEnough(carried: number, asked: number): boolean {
  return asked === 0 || carried > asked;
}
