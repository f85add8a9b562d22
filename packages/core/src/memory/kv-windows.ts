import type { WindowRule } from "../engine/rules.ts";
import type { StagePlace } from "../model/layer-groups.ts";
import type { ModelSpec } from "../model/model.ts";
import type { KvCacheDtype } from "../model/quantization.ts";
import { kvGroups } from "./kv-cache.ts";

/** Bytes a token of the layers that keep a whole sequence, and of those that keep a window of it. */
export interface WindowBytes {
  readonly full: number;
  readonly windows: readonly { readonly window: number; readonly bytesPerToken: number }[];
}

/** KV bytes a token of one rank of a stage, with sliding layers apart. */
export function windowBytes(model: ModelSpec, dtype: KvCacheDtype, place: StagePlace): WindowBytes {
  const groups = kvGroups(model, dtype, place);
  return {
    full: groups.find(({ window }) => window === undefined)?.bytesPerToken ?? 0,
    windows: groups.flatMap(({ window, bytesPerToken }) =>
      window === undefined ? [] : [{ window, bytesPerToken }],
    ),
  };
}

export interface SequenceLength {
  readonly maxSeqLen: number;
  readonly maxNumTokens: number;
  /** Cells are whole multiples of this. */
  readonly padding: number;
}

/**
 * KV bytes that one sequence of full length holds. A sliding layer holds its window and the tokens of one
 * step (vLLM: window − 1 + max_num_batched_tokens; llama.cpp: window + micro-batch in whole cells), never more
 * than the sequence.
 */
export function sequenceBytes(
  { full, windows }: WindowBytes,
  rule: WindowRule,
  { maxSeqLen, maxNumTokens, padding }: SequenceLength,
): number {
  return windows.reduce((sum, { window, bytesPerToken }) => {
    const held = {
      full: maxSeqLen,
      held: Math.min(maxSeqLen, window - 1 + maxNumTokens),
      cells:
        Math.min(Math.ceil(maxSeqLen / padding), Math.ceil((window + maxNumTokens) / padding)) *
        padding,
    }[rule];
    return sum + held * bytesPerToken;
  }, full * maxSeqLen);
}
