import type { Demand, PlacementProblem } from "./problem.ts";

/** Whether the files of all models together are more than the disks of all hosts hold, where all of those are limited. */
export function isShortOfDisk(problem: PlacementProblem): boolean {
  return leastFileBytes(problem.demands) > diskBytes(problem);
}

/** What the disks of all hosts hold together; Infinity where one of them has no limit. */
export function diskBytes({ cards, hosts = [] }: PlacementProblem): number {
  return [...new Set(cards.map(({ host }) => host))].reduce(
    (sum, name) =>
      sum + (hosts.find(({ host }) => host === name)?.disk ?? Number.POSITIVE_INFINITY),
    0,
  );
}

/** What the files of all take at least, in bytes: those that two models have in common count once. */
export function leastFileBytes(demands: readonly Demand[]): number {
  const seen = new Set<string>();
  return demands.reduce((sum, { options }) => {
    const ids = options.map(({ files }) => files?.id ?? "");
    const isOwn = ids.every((id) => !seen.has(id));
    for (const id of ids) {
      seen.add(id);
    }
    const sizes = options.map(({ files }): number => files?.size ?? 0);
    return isOwn && sizes.length > 0 ? sum + Math.min(...sizes) : sum;
  }, 0);
}
