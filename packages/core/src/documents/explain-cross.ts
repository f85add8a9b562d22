import { resumableSequences } from "../memory/resumable-sequences.ts";
import type { EstimateDocument, EstimateRank } from "./estimate-document.ts";
import type { Derived } from "./explain.ts";

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

/** Sequences of full length that run at once where one may start only beside a share of the pool in use. */
export function startNumbers(
  { kv }: EstimateRank,
  { start }: EstimateDocument,
): readonly Derived[] {
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
