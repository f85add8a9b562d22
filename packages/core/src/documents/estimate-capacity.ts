import { type RankMemory, termBytes } from "../memory/breakdown.ts";
import { fitProbability } from "../memory/fit-probability.ts";
import { blocksFor, sequenceTokens, tokensIn } from "../memory/kv-blocks.ts";
import { baseOf, kvBudget, type Range, shareOf } from "../memory/kv-budget.ts";
import { sequenceBytes, windowBytes } from "../memory/kv-windows.ts";
import type { Setting } from "./estimate-setting.ts";

/** What one rank may give its KV cache, and what a sequence costs on it. */
export interface RankRoom {
  readonly budget: Range;
  /** KV bytes of one sequence of max_seq_len, in whole blocks. */
  readonly sequenceBytes: number;
}

export function rankRoom(setting: Setting, rank: RankMemory): RankRoom {
  return {
    budget: kvBudget(setting.rules, setting.room, rank.terms),
    sequenceBytes: bytesOfSequence(setting, rank),
  };
}

function bytesOfSequence(setting: Setting, rank: RankMemory): number {
  const { memory, rules, facts, blocks } = setting;
  const { maxSeqLen, maxNumTokens } = memory.limits;
  if (rules.windows === "full") {
    return sequenceTokens(maxSeqLen, blocks.tokensPerBlock) * rank.kvBytesPerToken;
  }
  const { parallelism } = memory;
  const stage = Math.floor(rank.rank / parallelism.tp);
  const bytes = windowBytes(memory.model, memory.kvCacheDtype, { parallelism, stage });
  const padding = facts.value("cellPadding", blocks.tokensPerBlock);
  return sequenceBytes(bytes, rules.windows, {
    maxSeqLen: sequenceTokens(maxSeqLen, padding),
    maxNumTokens,
    padding,
  });
}

/** Tokens that the whole deployment holds: the least of the ranks, in whole blocks. */
export function capacity(
  setting: Setting,
  ranks: readonly { readonly rank: RankMemory; readonly room: RankRoom }[],
  bound: keyof Range,
): number {
  const { tokensPerBlock } = setting.blocks;
  const least = Math.min(
    ...ranks.map(({ rank, room }) =>
      setting.rules.windows === "full"
        ? tokensIn(room.budget[bound], rank.kvBytesPerToken)
        : windowedTokens(setting, room, bound),
    ),
  );
  const held = blocksFor(least, setting.blocks) * tokensPerBlock;
  return setting.rules.kvBase === "as-asked" ? Math.min(held, askedTokens(setting)) : held;
}

/** Tokens of as many sequences of full length as the budget holds; parts of sequences count. */
function windowedTokens(setting: Setting, { budget, sequenceBytes }: RankRoom, bound: keyof Range) {
  const sequences = Math.max(0, budget[bound]) / sequenceBytes;
  return Math.floor(sequences * setting.memory.limits.maxSeqLen);
}

/** llama.cpp's -c: all sequences together, in whole cells. */
function askedTokens({ memory, blocks }: Setting): number {
  const { maxSeqLen, maxBatchSize } = memory.limits;
  return maxBatchSize * sequenceTokens(maxSeqLen, blocks.tokensPerBlock);
}

/**
 * Chance that a rank's KV cache holds one sequence, or what is asked where the engine takes that, and that
 * everything together stays on the card.
 */
export function rankProbability(
  setting: Setting,
  {
    rank,
    room,
    tokens,
  }: {
    readonly rank: RankMemory;
    readonly room: RankRoom;
    readonly tokens: number;
  },
): number {
  const { rules, room: card, memory } = setting;
  const sequences = rules.kvBase === "as-asked" ? memory.limits.maxBatchSize : 1;
  const holdsSequence = fitProbability(rank.terms, {
    needBytes: sequences * room.sequenceBytes,
    haveBytes: baseOf(rules, card),
    shares: rank.terms.map((term) => shareOf(rules, card, term)),
  });
  if (rules.besideBudget.size === 0) {
    return holdsSequence;
  }
  const staysOnCard = fitProbability(rank.terms, {
    needBytes: Math.min(tokens * rank.kvBytesPerToken, Math.max(0, room.budget.value)),
    haveBytes: card.totalBytes - card.usedBytes,
  });
  return Math.min(holdsSequence, staysOnCard);
}

/** Bytes that a rank has taken before KV; what a refusal names. */
export function heldBeforeKv(rank: RankMemory): number {
  return termBytes(rank.terms, "before-kv", "bytes");
}
