import type { StagePlace } from "../model/layer-groups.ts";
import type { ModelSpec } from "../model/model.ts";
import type { KvCacheDtype } from "../model/quantization.ts";
import { kvGroups } from "./kv-cache.ts";
import { stateBytesPerSequence } from "./recurrent-state.ts";

export interface CellSequence extends StagePlace {
  /** Tokens of one sequence, in whole cells. */
  readonly cells: number;
  /** Tokens of one micro-batch. */
  readonly microBatch: number;
  /** Cells come in multiples of this. */
  readonly padding: number;
}

/**
 * llama.cpp: bytes of one sequence on one card. A sliding layer holds its window and a micro-batch, in whole
 * runs of cells: 1536 for a window of 1024 with 512 tokens a step. State is held once a sequence.
 */
export function cellBytesOfSequence(
  model: ModelSpec,
  dtype: KvCacheDtype,
  { cells, microBatch, padding, ...place }: CellSequence,
): number {
  return kvGroups(model, dtype, place).reduce(
    (sum, { window, bytesPerToken }) => {
      const held =
        window === undefined ? cells : padding * Math.ceil((window + microBatch) / padding);
      return sum + bytesPerToken * Math.min(cells, held);
    },
    stateBytesPerSequence(model, place),
  );
}
