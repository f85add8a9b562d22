import { resumableSequences } from "../memory/resumable-sequences.ts";
import type { EstimateDocument, EstimateRank } from "./estimate-document.ts";
import type { Derived } from "./explained-number.ts";

/** What a rank keeps for cross-attention: of one sequence, and its part of the KV cache where it has one. */
export function crossNumbers(
  { kv }: EstimateRank,
  { tokensPerBlock }: EstimateDocument,
): readonly Derived[] {
  if (kv.cross === undefined) {
    return [];
  }
  const { bytesPerToken, tokensPerSequence, share } = kv.cross;
  return [
    {
      id: "cross-kv-sequence",
      value: tokensPerSequence * bytesPerToken,
      unit: "byte",
      law: "cross_blocks * tokens_per_block * cross_bytes_per_token",
      values: {
        cross_blocks: tokensPerSequence / tokensPerBlock,
        tokens_per_block: tokensPerBlock,
        cross_bytes_per_token: bytesPerToken,
      },
    },
    ...(share === undefined
      ? []
      : [
          {
            id: "cross-kv-pool",
            value: share * kv.budgetBytes,
            unit: "byte",
            law: "cross_share * kv_budget",
            values: { cross_share: share, kv_budget: kv.budgetBytes },
          },
        ]),
  ];
}

/**
 * Sequences of full length that run at once: where one may start only beside a share of the pool in use, and where
 * some blocks are no sequence's.
 */
export function startNumbers(
  { kv }: EstimateRank,
  { start, nullBlocks, tokensPerBlock, maxSeqLen }: EstimateDocument,
): readonly Derived[] {
  const tokensPerSequence = Math.ceil(maxSeqLen / tokensPerBlock) * tokensPerBlock;
  // a pool of pages holds more than tokens: its sequences follow from their bytes
  const isOfTokens = kv.bytesPerSequence === tokensPerSequence * kv.bytesPerToken;
  if (nullBlocks !== undefined && isOfTokens && kv.blocks >= nullBlocks) {
    return [
      {
        id: "sequences",
        value: Math.floor(((kv.blocks - nullBlocks) * tokensPerBlock) / tokensPerSequence),
        unit: "1",
        law: "floor((blocks - null_blocks) * tokens_per_block / tokens_per_sequence)",
        values: {
          blocks: kv.blocks,
          null_blocks: nullBlocks,
          tokens_per_block: tokensPerBlock,
          tokens_per_sequence: tokensPerSequence,
        },
      },
    ];
  }
  if (start === undefined) {
    return [];
  }
  const { share, tokensPerSequence: perSequence } = start;
  return [
    {
      id: "sequences",
      value: resumableSequences(kv.tokens, { perSequence, share }),
      unit: "1",
      law: "min(floor(kv_tokens / tokens_per_sequence), floor(resume_share * kv_tokens / tokens_per_sequence) + 1)",
      values: { kv_tokens: kv.tokens, tokens_per_sequence: perSequence, resume_share: share },
    },
  ];
}
