/** Over how many ranks a model is divided. Ranks are tp · pp; experts go over ep of the tp ranks. */
export interface Parallelism {
  readonly tp: number;
  readonly pp: number;
  readonly ep: number;
  /** Layers of each pipeline stage, in order; the even split where absent. */
  readonly stageLayers?: readonly number[];
}

/**
 * Layers of each of `pp` stages when nothing else is said: the first (layers mod pp) stages take one
 * more (TensorRT-LLM's tensor_split, mapping.py; reference/trtllm-memory.md section 3).
 */
export function evenStages(layers: number, pp: number): readonly number[] {
  const base = Math.floor(layers / pp);
  return Array.from({ length: pp }, (_, stage) => base + (stage < layers % pp ? 1 : 0));
}
