import type { WindowRule } from "../engine/rules.ts";
import { kvElementsPerToken } from "../model/attention.ts";
import { cutLayers, layerCount } from "../model/layer-groups.ts";
import type { ModelSpec } from "../model/model.ts";
import { evenStages, type Parallelism } from "../model/parallelism.ts";
import { type KvCacheDtype, kvBytesPerElement } from "../model/quantization.ts";

/** Bytes a token of the layers that keep a whole sequence, and of those that keep a window of it. */
export interface WindowBytes {
  readonly full: number;
  readonly windows: readonly { readonly window: number; readonly bytesPerToken: number }[];
}

/** KV bytes a token of one rank of a stage, with sliding layers apart. */
export function windowBytes(
  model: ModelSpec,
  dtype: KvCacheDtype,
  { parallelism, stage }: { readonly parallelism: Parallelism; readonly stage: number },
): WindowBytes {
  const stages = parallelism.stageLayers ?? evenStages(layerCount(model), parallelism.pp);
  const start = stages.slice(0, stage).reduce((sum, layers) => sum + layers, 0);
  let full = 0;
  const windows: { window: number; bytesPerToken: number }[] = [];
  for (const { count, layer } of cutLayers(model.layers, start, stages[stage] ?? 0)) {
    const { attention } = layer;
    const bytesPerToken =
      count * kvElementsPerToken(attention, parallelism.tp) * kvBytesPerElement(dtype);
    const window = attention.kind === "sliding" ? attention.window : undefined;
    if (window === undefined) {
      full += bytesPerToken;
    } else {
      windows.push({ window, bytesPerToken });
    }
  }
  return { full, windows };
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
