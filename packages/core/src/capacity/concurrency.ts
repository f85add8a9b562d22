import { square } from "../units/same-math.ts";
import type { ServingLimits } from "./serving-limits.ts";
import type { Workload } from "./workload.ts";
import { lengthMoments } from "./workload-lengths.ts";

/** What requests of a workload are like on average, as a replica sees them. */
export interface RequestShape {
  /** Tokens of a prompt that have to be read: those of a shared prefix are found in the cache. */
  readonly promptTokens: number;
  /** E[read tokens²]. */
  readonly promptSquare: number;
  /** Tokens of a prompt that are found in the cache. */
  readonly cachedTokens: number;
  readonly outputTokens: number;
  readonly outputSquare: number;
}

/** Mean sizes of a workload's requests; a prefix is found where the engine keeps blocks of earlier prompts. */
export function requestShape(workload: Workload, reusesPrefix: boolean): RequestShape {
  const prompt = lengthMoments(workload.prompt);
  const output = lengthMoments(workload.output);
  const prefix = reusesPrefix ? workload.sharedPrefix : undefined;
  const cached = prefix === undefined ? 0 : Math.min(prompt.mean, prefix.tokens) * prefix.share;
  const read = Math.max(1, prompt.mean - cached);
  const variance = Math.max(0, prompt.meanSquare - square(prompt.mean));
  return {
    promptTokens: read,
    promptSquare: square(read) + variance,
    cachedTokens: cached,
    outputTokens: output.mean,
    outputSquare: output.meanSquare,
  };
}

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
    [pool / heldTokens(shape, limits), "kv-cache"],
    [limits.maxNumTokens / (1 + shape.promptTokens / shape.outputTokens), "step-tokens"],
  ];
  const [most, limit] = candidates.reduce((least, one) => (one[0] < least[0] ? one : least));
  return { most: Math.max(0, most), limit };
}

/**
 * Tokens that a running sequence holds of the cache, averaged over its time: prompt + E[output²] / E[output] where
 * room for its whole output is kept from the start, and half of that output where blocks are taken as it grows;
 * half a block more either way.
 */
export function heldTokens(shape: RequestShape, limits: ServingLimits): number {
  const grown = shape.outputSquare / shape.outputTokens;
  const output = limits.policy === "guaranteed-no-evict" ? grown : grown / 2;
  return shape.promptTokens + output + limits.tokensPerBlock / 2;
}

/** Tokens of context that one more token of a running sequence has to read, averaged over its time. */
export function meanContext(shape: RequestShape): number {
  return shape.promptTokens + shape.cachedTokens + shape.outputSquare / (2 * shape.outputTokens);
}
