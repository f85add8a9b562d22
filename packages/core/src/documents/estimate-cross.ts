import type { RankMemory } from "../memory/breakdown.ts";
import { crossShares } from "../memory/cross-kv.ts";
import { blocksFor, sequenceTokens, tokensIn } from "../memory/kv-blocks.ts";
import type { Range } from "../memory/kv-budget.ts";
import type { Setting } from "./estimate-setting.ts";

/** What one rank may give the K and V that cross-attention reads, and what a sequence takes of it. */
export interface CrossRoom {
  /** Parts of the KV budget that the sequence's own pool and this one get; 1 and 0 where they share one pool. */
  readonly ownShare: number;
  readonly share: number;
  /** Of a pool of its own; nothing where both share one. */
  readonly budget: Range;
  readonly bytesPerToken: number;
  /** Tokens of one sequence, in whole blocks; its beams share them. */
  readonly tokensPerSequence: number;
  /** Tokens of a pool of its own, in whole blocks; undefined where both share one. */
  readonly tokens: number | undefined;
}

/** The room of a rank's cross-attention; undefined where nothing is kept for it. */
export function crossRoom(
  { fraction, blocks, crossFraction }: Setting,
  { cross }: RankMemory,
  whole: Range,
): CrossRoom | undefined {
  if (cross === undefined) {
    return undefined;
  }
  const { holds, bytesPerToken } = cross;
  const shares = crossShares(holds, { fraction, crossFraction });
  const budget = scaledRange(whole, shares.cross);
  const held = blocksFor(tokensIn(budget.value, bytesPerToken), blocks) * blocks.tokensPerBlock;
  return {
    ownShare: shares.own,
    share: shares.cross,
    budget,
    bytesPerToken,
    tokensPerSequence: sequenceTokens(cross.tokens, blocks.tokensPerBlock),
    tokens: shares.cross > 0 ? held : undefined,
  };
}

export function scaledRange({ value, low, high }: Range, by: number): Range {
  return { value: by * value, low: by * low, high: by * high };
}

/** The KV budget that one sequence needs: where it has two pools, the one that is shorter decides. */
export function budgetOfSequence({
  sequenceBytes,
  cross,
}: {
  readonly sequenceBytes: number;
  readonly cross: CrossRoom | undefined;
}): number {
  if (cross === undefined || cross.share === 0) {
    return sequenceBytes;
  }
  const crossBytes = cross.bytesPerToken * cross.tokensPerSequence;
  return Math.max((sequenceBytes - crossBytes) / cross.ownShare, crossBytes / cross.share);
}

/** Sequences whose tokens the pools hold: `own` tokens each in the first, and those that they read in theirs. */
export function sequencesByTokens({
  rooms,
  tokens,
  own,
}: {
  readonly rooms: readonly { readonly cross: CrossRoom | undefined }[];
  readonly tokens: number;
  readonly own: number;
}): number {
  const rank = rooms.map(({ cross }) => {
    if (cross === undefined) {
      return Math.floor(tokens / own);
    }
    return cross.tokens === undefined
      ? Math.floor(tokens / (own + cross.tokensPerSequence))
      : Math.min(Math.floor(tokens / own), Math.floor(cross.tokens / cross.tokensPerSequence));
  });
  return Math.min(...rank);
}
