import { type Tokens, tokens } from "../units/units.ts";

/** How an engine turns a token budget into whole blocks. */
export interface BlockRule {
  readonly tokensPerBlock: number;
  /** TensorRT-LLM up to 1.2 takes one block more than the budget holds; later versions round down. */
  readonly roundsUp: boolean;
}

/** Blocks that an engine allocates for a budget of this many tokens. */
export function blocksFor(budget: number, { tokensPerBlock, roundsUp }: BlockRule): number {
  return Math.max(
    0,
    roundsUp ? Math.ceil(budget / tokensPerBlock) : Math.floor(budget / tokensPerBlock),
  );
}

/**
 * Tokens that a byte budget holds, before blocks: floor(budget / bytes a token), never negative. Where a token
 * takes nothing (a stage of recurrent layers only) that is more than any other rank holds.
 */
export function tokensIn(budgetBytes: number, bytesPerToken: number): Tokens {
  if (bytesPerToken === 0) {
    return tokens(budgetBytes > 0 ? Number.MAX_SAFE_INTEGER : 0);
  }
  return tokens(Math.max(0, Math.floor(budgetBytes / bytesPerToken)));
}

/** Tokens of the blocks that one sequence of this length takes. */
export function sequenceTokens(length: number, tokensPerBlock: number): Tokens {
  return tokens(Math.ceil(length / tokensPerBlock) * tokensPerBlock);
}
