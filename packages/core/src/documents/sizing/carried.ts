import type { Loss } from "../../placement/survive.ts";
import type { PlanDeployment, PlanDocument } from "../plan-document.ts";
import { carriedBy } from "../verify-losses.ts";

/** What a model's replicas carry within its targets: all of them, and those that the worst loss leaves. */
export interface Carried {
  readonly all: number;
  readonly afterLoss?: { readonly lost: string; readonly carriesPerSecond: number };
}

export function carriedIn(
  { gpus }: Pick<PlanDocument, "gpus">,
  replicas: readonly PlanDeployment[],
  loss: Loss | undefined,
): Carried {
  const all = carriedBy(replicas);
  const used = gpus.filter(({ id }) => replicas.some((one) => one.gpus.includes(id)));
  const places = new Set(used.map(({ id, host }) => (loss === "host" ? host : id)));
  const losses = [...(loss === undefined ? [] : places)].map((lost) => {
    const gone = gpus.filter(({ id, host }) => (loss === "host" ? host : id) === lost);
    const left = replicas.filter((one) => !gone.some(({ id }) => one.gpus.includes(id)));
    return { lost, carriesPerSecond: carriedBy(left) };
  });
  const [worst] = losses.toSorted((a, b) => a.carriesPerSecond - b.carriesPerSecond);
  return worst === undefined ? { all } : { all, afterLoss: worst };
}

/** Less of both, where there are two. */
export function leastCarried({ all, afterLoss }: Carried): number {
  return Math.min(all, afterLoss?.carriesPerSecond ?? all);
}

/** Whether so much is carried, in requests a second, that more than what is asked for is. */
export function isEnough(carried: number, asked: number): boolean {
  return asked === 0 || carried > asked;
}
