import type { PlanDocument } from "../../packages/core/src/documents/plan-document.ts";

/** One engine's start on a card: bytes in the order in which they are taken. */
export interface CardStart {
  readonly name: string;
  readonly fraction: number;
  /** What others, the reserve and earlier engines hold. */
  readonly taken: number;
  readonly found: number;
  /** Everything before its KV cache. */
  readonly before: number;
  readonly kv: number;
  /** What is planned for each term before the KV cache. */
  readonly terms: readonly { readonly id: string; readonly bytes: number }[];
}

/** The engines that a plan starts on a card, in start order. Throws where the plan has no such card. */
export function startsOn(
  plan: PlanDocument,
  gpu: string,
): { readonly memoryBytes: number; readonly starts: readonly CardStart[] } {
  const card = plan.gpus.find(({ id }) => id === gpu);
  if (card === undefined) {
    throw new Error(`the plan has no card ${gpu}`);
  }
  const { memoryBytes } = card;
  const starts = plan.deployments
    .toSorted((a, b) => a.startOrder - b.startOrder)
    .flatMap(({ model, ranks, kv }) =>
      ranks
        .filter((rank) => rank.gpu === gpu)
        .map(({ freeAtStartBytes: found, freeForKvBytes, terms, kv: { budgetBytes } }) => ({
          name: model,
          fraction: kv.freeGpuMemFraction ?? 0,
          taken: memoryBytes - found,
          found,
          before: found - freeForKvBytes,
          kv: budgetBytes,
          terms: terms
            .filter((term) => term.taken === "before-kv")
            .map((term) => ({ id: term.id, bytes: term.plannedBytes })),
        })),
    );
  return { memoryBytes, starts };
}
