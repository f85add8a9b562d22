import { square } from "../units/same-math.ts";
import { aboveIn, lesserMean, type Spread } from "./queue.ts";
import type { RequestShape } from "./request-shape.ts";
import type { ServingLimits } from "./serving-limits.ts";

/** What stops one more sequence from running. */
export type ConcurrencyLimit = "kv-cache" | "batch-size" | "step-tokens";

export interface Concurrency {
  /** Sequences that run at once when there is more work than the replica can do, on average. */
  readonly most: number;
  readonly limit: ConcurrencyLimit;
  /** The least of what a batch and the tokens of a step take, however much the KV cache holds. */
  readonly seats: number;
  /** Sequences that the KV cache has room for: it depends on how long they happen to be. */
  readonly room: Spread;
  /** Pauses of a request for want of room where there is more work than the replica can do; each reads its prompt again. */
  readonly pauses: number;
}

/**
 * Sequences that a replica runs at once at the most: as many as its KV cache holds, as its batch takes, and as its steps
 * have tokens for when each reads its share of the prompts.
 */
export function mostConcurrent(shape: RequestShape, limits: ServingLimits): Concurrency {
  const room = roomFor(shape, limits);
  const stepTokens = limits.maxNumTokens / (1 + shape.promptTokens / shape.outputTokens);
  const candidates: readonly (readonly [number, ConcurrencyLimit])[] = [
    [limits.maxBatchSize, "batch-size"],
    [room.mean, "kv-cache"],
    [stepTokens, "step-tokens"],
  ];
  const [, limit] = candidates.reduce((least, one) => (one[0] < least[0] ? one : least));
  const seats = Math.min(limits.maxBatchSize, stepTokens);
  return {
    most: Math.max(0, lesserMean(seats, room)),
    limit,
    seats,
    room,
    pauses: mostPauses(shape, limits) * (1 - aboveIn(room, seats)),
  };
}

/**
 * Pauses of a request while the cache is full: it grows by an output between two ends, and what pauses, the newest, gives
 * back little more than a prompt. None where an engine promises that.
 */
export function mostPauses(shape: RequestShape, limits: ServingLimits): number {
  const { policy, tokensPerBlock } = limits;
  return policy === "guaranteed-no-evict"
    ? 0
    : shape.outputTokens / (shape.promptTokens + tokensPerBlock / 2);
}

/** As many as fill the cache, whose sum varies as each does. */
function roomFor(shape: RequestShape, limits: ServingLimits): Spread {
  const pool = Math.max(0, limits.kvTokens - shape.cachedTokens);
  const needed = neededTokens(shape, limits);
  const keeps = limits.policy === "guaranteed-no-evict";
  const promptVariance = Math.max(0, shape.promptSquare - square(shape.promptTokens));
  const room = (pool - idleTokens(shape, limits)) / needed;
  const mean = Math.max(Math.min(1, pool / needed), room);
  const each = keeps ? promptVariance : Math.max(0, heldVariance(shape));
  return { mean, variance: (mean * each) / square(needed) };
}

/**
 * Tokens of a full cache that lie idle, since the next request in turn finds too little room: half of what it needs to
 * start, and more where needs differ, for the long ones wait longest: E[n²] / 2 E[n]. None where room is kept for all
 * alike.
 */
export function idleTokens(shape: RequestShape, limits: ServingLimits): number {
  const promptVariance = Math.max(0, shape.promptSquare - square(shape.promptTokens));
  const keeps = limits.policy === "guaranteed-no-evict";
  if (keeps && promptVariance === 0) {
    return 0;
  }
  const starts = keeps
    ? neededTokens(shape, limits)
    : shape.promptTokens + limits.tokensPerBlock / 2;
  return (starts + promptVariance / starts) / 2;
}

/** Variance of what a sequence holds at a random moment: as if its output grew evenly. */
export function heldVariance(shape: RequestShape): number {
  const promptVariance = shape.promptSquare - square(shape.promptTokens);
  const grown = shape.outputSquare / shape.outputTokens;
  return promptVariance + square(grown) / 12;
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
