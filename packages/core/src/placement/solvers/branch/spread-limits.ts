import type { FleetIndex } from "../fleet-index.ts";
import type { AskedModel, Limit } from "./question.ts";

/** One replica on each host at most, of each model whose replicas are spread. */
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
  return models.flatMap(({ model }, asked) =>
    problem.demands[model]?.isSpread === true
      ? [...hosts.values()].map(
          (own): Limit => ({
            measure: { kind: "there", asked, pools: own },
            most: 1,
          }),
        )
      : [],
  );
}
