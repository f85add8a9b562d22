import type { PlanDocument } from "../plan-document.ts";
import { wayToRun } from "./way-to-run.ts";

/** In which ways each model runs, replicas in a fixed order; a model without a place is not in it. */
export type PlanWays = ReadonlyMap<string, readonly string[]>;

export function waysOf({ deployments, gpus }: PlanDocument): PlanWays {
  const ways = new Map<string, readonly string[]>();
  for (const deployment of deployments) {
    const own = [...(ways.get(deployment.model) ?? []), wayToRun(deployment, gpus)];
    ways.set(deployment.model, own.sort());
  }
  return ways;
}

/** The same text for plans in which every model runs in the same ways. */
export function waysKey(ways: PlanWays): string {
  return JSON.stringify([...ways].sort(([a], [b]) => Number(a > b) - Number(a < b)));
}
