import type { EngineRules } from "../engine/rules.ts";
import type { MemoryTerm } from "./breakdown.ts";
import type { CardRoom, Range } from "./kv-budget.ts";

interface RankBudget {
  readonly card: CardRoom;
  readonly terms: readonly MemoryTerm[];
  /** What the rank would give its KV cache by itself. */
  readonly budget: Range;
}

/**
 * SGLang's budget on every rank: the least that is free anywhere after load, less (1 - f) of the least that was
 * free anywhere before. The two may be on different cards (model_runner.py, `get_available_gpu_memory` with
 * `distributed`). The bounds are those of the card with least after load.
 */
export function leastBudget(rules: EngineRules, ranks: readonly RankBudget[]): Range {
  const reserves = ranks.map(
    ({ card, terms }) => (1 - card.fraction) * freeBeforeLoad(rules, card, terms),
  );
  const reserve = Math.min(...reserves);
  let least: Range = { value: Number.POSITIVE_INFINITY, low: 0, high: 0 };
  for (const [i, { budget }] of ranks.entries()) {
    const more = (reserves[i] ?? 0) - reserve;
    if (budget.value + more < least.value) {
      least = { value: budget.value + more, low: budget.low + more, high: budget.high + more };
    }
  }
  return least;
}

/** Bytes that are free on a card when the weights are about to be loaded. */
export function freeBeforeLoad(
  { beforeLoad }: EngineRules,
  { totalBytes, usedBytes }: CardRoom,
  terms: readonly MemoryTerm[],
): number {
  const held = terms.reduce((sum, { id, bytes }) => sum + (beforeLoad.has(id) ? bytes : 0), 0);
  return totalBytes - usedBytes - held;
}
