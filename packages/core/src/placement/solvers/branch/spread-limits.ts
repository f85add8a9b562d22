import { mostOnHost } from "../../survive.ts";
import type { FleetIndex } from "../fleet-index.ts";
import type { AskedModel, Limit } from "./question.ts";

/** No more replicas on each host than it may have, of each model whose replicas are kept apart. */
export function spreadLimits(
  { problem, pools }: FleetIndex,
  models: readonly AskedModel[],
): readonly Limit[] {
  const hosts = new Map<string, number[]>();
  pools.forEach((pool, p) => {
    for (const host of pool.hosts) {
      hosts.set(host, [...(hosts.get(host) ?? []), p]);
    }
  });
  return models.flatMap(({ model }, asked) => {
    const demand = problem.demands[model];
    const most = demand === undefined ? undefined : mostOnHost(demand);
    return most === undefined
      ? []
      : [...hosts.values()].map(
          (own): Limit => ({ measure: { kind: "there", asked, pools: own }, most }),
        );
  });
}
