import { type Bytes, bytes } from "../units/units.ts";
import { type BlockRule, blocksFor, tokensIn } from "./kv-blocks.ts";

/**
 * What each engine finds free when it starts, and which fraction of it makes the KV cache that was
 * planned (reference/trtllm-memory.md, section 7.3). The engines start one after another: each takes
 * a fraction of what is free at that moment, so a fraction means nothing without the order.
 */
export interface StartingEngine extends BlockRule {
  readonly ranks: readonly StartingRank[];
}

export interface StartingRank {
  readonly gpu: string;
  /** Held when the engine measures free memory: weights, activations, buffers, context. */
  readonly heldBefore: number;
  /** Taken after the KV cache: lazily made handles and workspaces. */
  readonly heldAfter: number;
  readonly kvBytesPerToken: number;
}

/** Memory that is free on each card before the first engine starts. */
export type FreeMemory = ReadonlyMap<string, number>;

export interface StartStep {
  readonly ranks: readonly StartStepRank[];
  /** Smallest fraction that gives the planned tokens on every rank: the rank with least room decides. */
  readonly fraction: number;
  /** `fraction` with as few digits as still give exactly the planned tokens. */
  readonly launchFraction: number;
  readonly maxTokens: number;
  /** KV pool of the rank that holds most of it. */
  readonly maxGpuTotalBytes: Bytes;
}

export interface StartStepRank {
  readonly gpu: string;
  readonly freeAtStart: number;
  /** What the fraction is of. Negative where the engine can't even load. */
  readonly freeForKv: number;
  readonly poolBytes: number;
}

/** From wanted KV sizes to fractions, engine by engine in start order. `tokens` are whole blocks. */
export function planStarts(
  free: FreeMemory,
  engines: readonly (StartingEngine & { readonly tokens: number })[],
): readonly StartStep[] {
  const left = new Map(free);
  return engines.map((engine) => {
    const ranks = engine.ranks.map((rank) =>
      enterRank(left, rank, engine.tokens * rank.kvBytesPerToken),
    );
    const fraction = Math.max(...ranks.map((rank) => rank.poolBytes / rank.freeForKv));
    return {
      ranks,
      fraction,
      launchFraction: launchFraction(engine, ranks, fraction),
      maxTokens: engine.tokens,
      maxGpuTotalBytes: bytes(Math.max(...ranks.map((rank) => Math.ceil(rank.poolBytes)))),
    };
  });
}

/**
 * The same run the other way: engines with a fraction, and a cap on tokens if they have one, take what
 * they find. Gives the tokens that each holds, in order.
 */
export function runStarts(
  free: FreeMemory,
  engines: readonly (StartingEngine & { readonly fraction: number; readonly maxTokens?: number })[],
): readonly number[] {
  const left = new Map(free);
  return engines.map((engine) => {
    const budgets = engine.ranks.map((rank) =>
      rankTokens(
        engine.fraction * ((left.get(rank.gpu) ?? 0) - rank.heldBefore),
        rank.kvBytesPerToken,
      ),
    );
    const held = tokensHeld(
      engine,
      Math.min(...budgets, engine.maxTokens ?? Number.POSITIVE_INFINITY),
    );
    for (const rank of engine.ranks) {
      enterRank(left, rank, held * rank.kvBytesPerToken);
    }
    return held;
  });
}

/** Tokens that a rank's share of memory holds; a stage without attention layers holds any number. */
function rankTokens(budgetBytes: number, kvBytesPerToken: number): number {
  return kvBytesPerToken === 0 ? Number.POSITIVE_INFINITY : tokensIn(budgetBytes, kvBytesPerToken);
}

/** Tokens of the blocks that an engine makes of a token budget. */
function tokensHeld(rule: BlockRule, budget: number): number {
  return blocksFor(budget, rule) * rule.tokensPerBlock;
}

function enterRank(
  left: Map<string, number>,
  rank: StartingRank,
  poolBytes: number,
): StartStepRank {
  const freeAtStart = left.get(rank.gpu) ?? 0;
  left.set(rank.gpu, freeAtStart - rank.heldBefore - poolBytes - rank.heldAfter);
  return { gpu: rank.gpu, freeAtStart, freeForKv: freeAtStart - rank.heldBefore, poolBytes };
}

/** Digits that a launcher's 32-bit float keeps. */
const MOST_DIGITS = 9;
const FEWEST_DIGITS = 4;

/**
 * Aims at the middle of the block that makes the planned size (half a block less where the engine rounds up,
 * half a block more where it rounds down), so that neither few digits nor a 32-bit float leave that block.
 */
function launchFraction(
  engine: StartingEngine & { readonly tokens: number },
  ranks: readonly StartStepRank[],
  exact: number,
): number {
  const aimed = engine.tokens + (engine.roundsUp ? -0.5 : 0.5) * engine.tokensPerBlock;
  const aim = (exact * aimed) / engine.tokens;
  for (let digits = FEWEST_DIGITS; digits <= MOST_DIGITS; digits += 1) {
    const rounded = Math.round(aim * 10 ** digits) / 10 ** digits;
    // the C++ executor keeps the fraction as a 32-bit float: both readings must give the planned tokens
    const held = [rounded, Math.fround(rounded)].map((fraction) =>
      heldWith(engine, ranks, fraction),
    );
    if (held.every((tokens) => tokens === engine.tokens)) {
      return rounded;
    }
  }
  return aim;
}

function heldWith(
  engine: StartingEngine,
  ranks: readonly StartStepRank[],
  fraction: number,
): number {
  const budgets = ranks.map((rank, i) =>
    rankTokens(fraction * rank.freeForKv, engine.ranks[i]?.kvBytesPerToken ?? 1),
  );
  return tokensHeld(engine, Math.min(...budgets));
}
