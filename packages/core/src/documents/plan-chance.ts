import type { PlanDeployment, PlanGpu } from "./plan-document.ts";

/**
 * Least probability that every rank of the plan stays within what is planned for it, in [0, 1]. Ranks of one
 * pipeline stage on one kind of card hold the same and miss it together, so they count once.
 */
export function planChance(
  deployments: readonly PlanDeployment[],
  gpus: readonly Pick<PlanGpu, "id" | "catalogId">[],
): number {
  const kinds = new Map(gpus.map(({ id, catalogId }) => [id, catalogId]));
  return chanceOfAll(
    deployments.flatMap(({ ranks, tp }) => [
      ...new Map(
        ranks.map(({ rank, gpu, chanceToFit }) => [
          `${Math.floor(rank / tp)} ${kinds.get(gpu)}`,
          chanceToFit,
        ]),
      ).values(),
    ]),
  );
}

/** Least probability that all of it holds, whatever depends on what: 1 less every chance to miss. */
export function chanceOfAll(chances: readonly number[]): number {
  return Math.max(0, 1 - chances.reduce((sum, chance) => sum + (1 - chance), 0));
}
