import type { PlanDeployment, PlanDocument, PlanRank } from "../documents/plan-document.ts";
import { exactly, type Range, sumOf, without } from "./range.ts";

/** What a term, or several together, are expected to hold, by the plan's own values and bounds. */
export function termsOf({ terms }: PlanRank, ids: readonly string[]): Range {
  return sumOf(
    terms
      .filter(({ id }) => ids.includes(id))
      .map(({ lowBytes, bytes, highBytes }) => ({ low: lowBytes, value: bytes, high: highBytes })),
  );
}

/** All that a rank holds once it serves: its terms and its KV cache. */
function heldByRank(rank: PlanRank): Range {
  return sumOf([
    termsOf(
      rank,
      rank.terms.map(({ id }) => id),
    ),
    exactly(rank.kv.budgetBytes),
  ]);
}

/**
 * What is free on the card of a rank when its engine starts: all but what others hold and what engines hold that
 * started before. More than `freeAtStartBytes`, where every engine counts with its margin and the reserve is kept.
 */
export function freeAtStart(plan: PlanDocument, deployment: PlanDeployment, rank: PlanRank): Range {
  const card = plan.gpus.find(({ id }) => id === rank.gpu);
  const before = plan.deployments
    .filter(({ startOrder }) => startOrder < deployment.startOrder)
    .flatMap(({ ranks }) => ranks.filter(({ gpu }) => gpu === rank.gpu));
  const bare = (card?.memoryBytes ?? 0) - (card?.usedByOthersBytes ?? 0);
  return without(exactly(bare), sumOf(before.map(heldByRank)));
}
