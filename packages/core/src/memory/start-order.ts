import type { MemoryKnobs } from "./starts/knobs.ts";
import { freeForKv, type StartingEngine, type StartingRank } from "./starts/start-law.ts";

/** Memory that is free on each card before the first engine starts. */
export type FreeMemory = ReadonlyMap<string, number>;

export interface StartStep {
  readonly ranks: readonly StartStepRank[];
  /** What the engine is told, with as few digits as still give exactly the planned tokens. */
  readonly knobs: MemoryKnobs;
}

export interface StartStepRank {
  readonly gpu: string;
  readonly freeAtStart: number;
  /** Free at start less what the engine counts before its KV cache. Negative where it can't even load. */
  readonly freeForKv: number;
}

/**
 * What each engine finds free when it starts, and which knobs make the KV cache that was planned for it, engine
 * by engine in start order. They start one after another: what one takes, the next does not find
 * (reference/trtllm-memory.md, section 7.3).
 */
export function planStarts(
  free: FreeMemory,
  engines: readonly StartingEngine[],
): readonly StartStep[] {
  const left = new Map(free);
  return engines.map((engine) => {
    const ranks = engine.ranks.map((rank) => ({ ...rank, freeAtStart: enter(left, rank) }));
    return {
      ranks: ranks.map((rank) => ({
        gpu: rank.gpu,
        freeAtStart: rank.freeAtStart,
        freeForKv: freeForKv(rank),
      })),
      knobs: engine.law.knobs(engine, ranks),
    };
  });
}

/** What a forward run gives one engine. */
export interface StartRun {
  /** Tokens that it holds; 0 where it refuses to start. */
  readonly tokens: number;
  /** Least that is left on any of its cards once everything that it holds is there. */
  readonly leastLeft: number;
}

/**
 * The same run the other way: engines with their knobs, and a cap on tokens if they have one, take what they find.
 * An engine that finds less than it needs to start takes nothing.
 */
export function runStarts(
  free: FreeMemory,
  engines: readonly (StartingEngine & {
    readonly knobs: MemoryKnobs;
    readonly maxTokens?: number;
  })[],
): readonly StartRun[] {
  const left = new Map(free);
  return engines.map((engine) => {
    const ranks = engine.ranks.map((rank) => ({
      ...rank,
      freeAtStart: left.get(rank.gpu) ?? 0,
    }));
    const needs = engine.law.needs(engine, engine.knobs);
    const starts = ranks.every((rank, i) => rank.freeAtStart >= (needs[i] ?? 0));
    const given = starts ? engine.law.held(engine, ranks, engine.knobs) : 0;
    const tokens = Math.min(given, engine.maxTokens ?? Number.POSITIVE_INFINITY);
    for (const rank of starts ? engine.ranks : []) {
      enter(left, { ...rank, poolBytes: (rank.poolBytes * tokens) / engine.tokens });
    }
    return { tokens, leastLeft: Math.min(...engine.ranks.map(({ gpu }) => left.get(gpu) ?? 0)) };
  });
}

/** Takes all that a rank holds off its card; gives what was free before. */
function enter(left: Map<string, number>, rank: StartingRank): number {
  const freeAtStart = left.get(rank.gpu) ?? 0;
  left.set(rank.gpu, freeAtStart - rank.heldBefore - rank.poolBytes - rank.heldAfter);
  return freeAtStart;
}
