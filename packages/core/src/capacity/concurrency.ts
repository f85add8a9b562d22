import type { RequestShape } from "./request-shape.ts";
import type { ServingLimits } from "./serving-limits.ts";

/** What stops one more sequence from running. */
export type ConcurrencyLimit = "kv-cache" | "batch-size" | "step-tokens";

export interface Concurrency {
  /** Sequences that run at once when there is more work than the replica can do. */
  readonly most: number;
  readonly limit: ConcurrencyLimit;
}

/**
 * Sequences that a replica runs at once at the most: as many as its KV cache holds on average, as its batch takes,
 * and as its steps have tokens for when each reads its share of the prompts.
 */
export function mostConcurrent(shape: RequestShape, limits: ServingLimits): Concurrency {
  const pool = Math.max(0, limits.kvTokens - shape.cachedTokens);
  const candidates: readonly (readonly [number, ConcurrencyLimit])[] = [
    [limits.maxBatchSize, "batch-size"],
    [pool / neededTokens(shape, limits), "kv-cache"],
    [limits.maxNumTokens / (1 + shape.promptTokens / shape.outputTokens), "step-tokens"],
  ];
  const [most, limit] = candidates.reduce((least, one) => (one[0] < least[0] ? one : least));
  return { most: Math.max(0, most), limit };
}

/**
 * Tokens of the cache that a running sequence keeps from others, averaged over its time: what is reserved for it until
 * it ends, where the engine does that, or what it holds; half a block more.
 */
export function neededTokens(shape: RequestShape, limits: ServingLimits): number {
  return limits.policy === "guaranteed-no-evict"
    ? shape.runningReserve + limits.tokensPerBlock / 2
    : heldTokens(shape, limits);
}

/**
 * Tokens that a running sequence holds of the cache, averaged over its time: prompt + E[output²] / (2 E[output]), since
 * blocks are taken as its output grows and long ones run longer; half a block more.
 */
export function heldTokens(shape: RequestShape, limits: ServingLimits): number {
  const grown = shape.outputSquare / shape.outputTokens / 2;
  return shape.runningPrompt + grown + limits.tokensPerBlock / 2;
}

/** Tokens of context that one more token of a running sequence has to read, averaged over its time. */
export function meanContext(shape: RequestShape): number {
  return shape.runningPrompt + shape.runningCached + shape.outputSquare / (2 * shape.outputTokens);
}
