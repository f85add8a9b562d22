import type { StagePrice } from "./price.ts";

/**
 * Prices of an engine that takes the same share of every card's total and starts only where that much is free
 * (vLLM V1): each rank needs room for the share of the one that needs the largest. What it does not use is free
 * again once the engine runs.
 */
export function withEqualShares(stages: readonly StagePrice[]): readonly StagePrice[] {
  return stages.map((price) => {
    const total = totalOf(price);
    const largest = (key: "counted" | "perSequence"): number =>
      Math.max(...stages.map((other) => Math.ceil((other[key] * total) / totalOf(other))));
    const counted = largest("counted");
    return {
      ...price,
      counted,
      fixed: price.fixed - price.counted + counted,
      perSequence: largest("perSequence"),
    };
  });
}

/**
 * Prices of an engine whose ranks all take the least that is free anywhere as their own (SGLang): each rank needs
 * room for the KV cache of the one that needs most, or that one would get less.
 */
export function withEqualPools(stages: readonly StagePrice[]): readonly StagePrice[] {
  const perSequence = Math.max(...stages.map((price) => price.perSequence));
  return stages.map((price) => ({ ...price, perSequence }));
}

/** What CUDA sees of a card of the class. */
function totalOf({ cardClass }: StagePrice): number {
  return cardClass.gpus[0]?.memory ?? 1;
}
