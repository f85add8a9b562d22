import { type RankMemory, termBytes } from "../memory/breakdown.ts";
import { fitProbability } from "../memory/fit-probability.ts";
import { blocksFor, sequenceTokens, tokensIn } from "../memory/kv-blocks.ts";
import { baseOf, type CardRoom, type Range, shareOf } from "../memory/kv-budget.ts";
import { type PagedLayout, pagedTokens } from "../memory/kv-pages.ts";
import {
  nullBlocks,
  pagedSequence,
  sequenceCache,
  tokensOfSequence,
} from "../memory/kv-sequence.ts";
import { resumableSequences, shareToStart } from "../memory/resumable-sequences.ts";
import {
  budgetOfSequence,
  type CrossRoom,
  crossRoom,
  scaledRange,
  sequencesByTokens,
} from "./estimate-cross.ts";
import type { Setting } from "./estimate-setting.ts";

/** What one rank may give its KV cache, and what a sequence costs on it. */
export interface RankRoom {
  readonly budget: Range;
  /** KV bytes of one sequence of max_seq_len, in whole blocks of each beam, with the state that it carries in the cache. */
  readonly sequenceBytes: number;
  /** KV bytes that no sequence gets. */
  readonly nullBytes: number;
  /** Layers of several kinds in one pool, where the engine and the model have that. */
  readonly pages: PagedLayout | undefined;
  /** What cross-attention keeps beside the sequence itself. */
  readonly cross: CrossRoom | undefined;
}

export function rankRoom(setting: Setting, rank: RankMemory, whole: Range): RankRoom {
  const stage = Math.floor(rank.rank / setting.memory.parallelism.tp);
  const { share, bytes, pages, nullBytes } = sequenceCache(setting, stage);
  const cross = crossRoom(setting, rank, whole);
  return {
    budget: scaledRange(whole, share * (cross?.ownShare ?? 1)),
    sequenceBytes: bytes,
    nullBytes,
    pages,
    cross,
  };
}

/**
 * Tokens that the whole deployment holds: the least of the ranks, in whole blocks. Ranks without a cache (a stage
 * of recurrent layers only) hold any number; where all are so, there is none to count.
 */
export function capacity(
  setting: Setting,
  ranks: readonly { readonly rank: RankMemory; readonly room: RankRoom }[],
  bound: keyof Range,
): number {
  const tokens = ranks.map(({ rank, room }) => tokensOf(setting, { rank, room, bound }));
  const least = Math.min(...tokens);
  return Number.isFinite(least) ? least : 0;
}

interface RankBound {
  readonly rank: RankMemory;
  readonly room: RankRoom;
  readonly bound: keyof Range;
}

function tokensOf(setting: Setting, { rank, room, bound }: RankBound): number {
  const { blocks, rules } = setting;
  if (room.pages !== undefined) {
    return pagedTokens(room.pages, room.budget[bound], {
      ...pagedSequence(setting),
      printsByGroup: rules.printsByGroup,
    });
  }
  if (rules.kvBase === "as-asked") {
    return cellTokens(setting, room, bound);
  }
  if (rank.kvBytesPerToken === 0) {
    return room.budget[bound] > 0 ? Number.POSITIVE_INFINITY : 0;
  }
  const held = tokensIn(room.budget[bound], rank.kvBytesPerToken);
  return blocksFor(held, blocks) * blocks.tokensPerBlock;
}

/** llama.cpp: what was asked if it fits, else as much of it as does. */
function cellTokens(setting: Setting, { budget, sequenceBytes }: RankRoom, bound: keyof Range) {
  const { tokensPerBlock } = setting.blocks;
  const asked = askedTokens(setting);
  const need = Math.max(1, sequenceBytes * setting.memory.limits.maxBatchSize);
  const share = Math.max(0, budget[bound]) / need;
  return share >= 1 ? asked : Math.floor((share * asked) / tokensPerBlock) * tokensPerBlock;
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
    card,
  }: { readonly rank: RankMemory; readonly room: RankRoom; readonly card: CardRoom },
  tokens: number,
): number {
  const { rules, memory } = setting;
  const sequences = rules.kvBase === "as-asked" ? memory.limits.maxBatchSize : 1;
  const holdsSequence = fitProbability(rank.terms, {
    needBytes: room.nullBytes + sequences * budgetOfSequence(room),
    haveBytes: baseOf(rules, card),
    shares: rank.terms.map((term) => shareOf(rules, card, term)),
  });
  if (rules.besideBudget.size === 0) {
    return holdsSequence;
  }
  const staysOnCard = fitProbability(rank.terms, {
    needBytes: poolBytes(rank, room, tokens),
    haveBytes: card.totalBytes - card.usedBytes,
  });
  return Math.min(holdsSequence, staysOnCard);
}

/** What the pools take: their tokens, or all of the budget where pages hold more than tokens. */
function poolBytes(rank: RankMemory, { budget, pages, cross }: RankRoom, tokens: number): number {
  const most = Math.max(0, budget.value);
  const own = pages === undefined ? Math.min(tokens * rank.kvBytesPerToken, most) : most;
  return own + Math.max(0, cross?.budget.value ?? 0);
}

/** How many sequences of max_seq_len the least of the ranks holds; without any cache, the batch. */
export function sequencesHeld(
  setting: Setting,
  rooms: readonly RankRoom[],
  tokens: number,
): number {
  const { memory } = setting;
  // a stage without layers that cache limits nobody
  const caching = rooms.filter(({ sequenceBytes }) => sequenceBytes > 0);
  if (caching.length === 0) {
    return rooms.every(({ budget }) => budget.value > 0) ? memory.limits.maxBatchSize : 0;
  }
  const byPages = caching.flatMap(({ pages, budget, sequenceBytes, nullBytes }) =>
    pages === undefined ? [] : [Math.floor(Math.max(0, budget.value - nullBytes) / sequenceBytes)],
  );
  if (byPages.length === caching.length) {
    return Math.min(...byPages);
  }
  const perSequence = tokensOfBeams(setting);
  const usable = Math.max(0, tokens - nullBlocks(setting) * setting.blocks.tokensPerBlock);
  const held = sequencesByTokens({ rooms, tokens: usable, own: perSequence });
  const share = shareToStart(memory);
  return share === undefined
    ? held
    : Math.min(held, resumableSequences(tokens, { perSequence, share }));
}

/** Tokens of one sequence of full length with its beams, in whole blocks. */
export function tokensOfBeams(setting: Setting): number {
  return (setting.memory.beams ?? 1) * tokensOfSequence(setting);
}

/** Bytes that a rank has taken before KV; what a refusal names. */
export function heldBeforeKv(rank: RankMemory): number {
  return termBytes(rank.terms, "before-kv", "bytes");
}
