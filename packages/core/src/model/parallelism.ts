/** Over how many ranks a model is divided. Ranks are tp · pp; experts go over ep of the tp ranks. */
export interface Parallelism {
  readonly tp: number;
  readonly pp: number;
  readonly ep: number;
  /** Layers of each pipeline stage, in order; the even split where absent. */
  readonly stageLayers?: readonly number[];
  /** Attention data-parallelism: each of the tp ranks serves requests of its own and shares routed experts only. */
  readonly attentionDp?: boolean;
}

/**
 * Ranks that a layer is divided over, routed experts apart: under attention data-parallelism every rank holds
 * attention, dense and shared feed-forwards, embedding and head whole (reference/trtllm-memory.md, sections 3
 * and 4; `overridden_tp_size=1` in TensorRT-LLM's models).
 */
export function layerRanks({ tp, attentionDp }: Parallelism): number {
  return attentionDp === true ? 1 : tp;
}

/**
 * Layers of each of `pp` stages when nothing else is said: the first (layers mod pp) stages take one
 * more (TensorRT-LLM's tensor_split, mapping.py; reference/trtllm-memory.md section 3).
 */
export function evenStages(layers: number, pp: number): readonly number[] {
  if (pp === 1) {
    return [layers];
  }
  const base = Math.floor(layers / pp);
  const more = layers % pp;
  const stages = new Array<number>(pp).fill(base);
  return stages.fill(base + 1, 0, more);
}
