import { blocksFor, tokensIn } from "../kv-blocks.ts";
import { MOST_DIGITS, withFewDigits } from "./few-digits.ts";
import { type FoundRank, freeForKv, type StartingEngine, type StartLaw } from "./start-law.ts";

/**
 * TensorRT-LLM, both eras: KV = f · (free with everything else in place), and the rank with least room decides
 * the tokens of all (reference/trtllm-memory.md, section 7.3). Its KV cache manager V2 counts the share of a pool
 * that sequences may start beside as the tokens that it has. It starts whatever is free.
 */
export const tensorrtLlmStart: StartLaw = {
  knobs: (engine, ranks) => ({ freeGpuMemFraction: launchFraction(engine, ranks) }),
  needs: ({ ranks }) => ranks.map(() => 0),
  held: (engine, ranks, { freeGpuMemFraction = 0 }) => heldWith(engine, ranks, freeGpuMemFraction),
};

/**
 * Aims at the middle of the block that makes the planned size (half a block less where the engine rounds up,
 * half a block more where it rounds down), so that neither few digits nor a 32-bit float leave that block.
 */
function launchFraction(engine: StartingEngine, ranks: readonly FoundRank[]): number {
  const exact = Math.max(...ranks.map((rank) => rank.poolBytes / freeForKv(rank)));
  const aimed = engine.tokens + (engine.roundsUp ? -0.5 : 0.5) * engine.tokensPerBlock;
  // the C++ executor keeps the fraction as a 32-bit float: both readings must give the planned tokens
  return withFewDigits((exact * aimed) / engine.tokens, MOST_DIGITS.float32, (rounded) =>
    [rounded, Math.fround(rounded)].every(
      (fraction) => heldWith(engine, ranks, fraction) === engine.tokens,
    ),
  );
}

function heldWith(
  { tokensPerBlock, roundsUp, resumeShare }: StartingEngine,
  ranks: readonly FoundRank[],
  fraction: number,
): number {
  const budgets = ranks.map((rank) =>
    rankTokens(resumeShare * fraction * freeForKv(rank), rank.kvBytesPerToken),
  );
  return blocksFor(Math.min(...budgets), { tokensPerBlock, roundsUp }) * tokensPerBlock;
}

/** Tokens that a rank's share of memory holds; a stage without attention layers holds any number. */
function rankTokens(budgetBytes: number, kvBytesPerToken: number): number {
  return kvBytesPerToken === 0 ? Number.POSITIVE_INFINITY : tokensIn(budgetBytes, kvBytesPerToken);
}
