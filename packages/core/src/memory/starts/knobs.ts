/** What an engine is told about memory; each engine has its own, the others' are absent. */
export interface MemoryKnobs {
  /**
   * TensorRT-LLM: share of what is free once everything but the KV cache is in place
   * (kv_cache_free_gpu_mem_fraction, free_gpu_memory_fraction). It holds for one start order.
   */
  readonly freeGpuMemFraction?: number;
  /**
   * vLLM: share of the card's total that this engine takes, its KV cache included (--gpu-memory-utilization).
   * Before 0.6.5 what others hold counts against it, so it holds for one start order.
   */
  readonly gpuMemoryUtilization?: number;
  /** vLLM: blocks of the planned KV cache, for --num-gpu-blocks-override. Absent where ranks differ. */
  readonly numGpuBlocks?: number;
  /**
   * SGLang: share of what was free before the weights were loaded that weights and KV cache take together
   * (--mem-fraction-static). It holds for one start order.
   */
  readonly memFractionStatic?: number;
  /** llama.cpp: cells of all slots together (-c). */
  readonly ctxSize?: number;
  /** llama.cpp: slots, each with an equal part of the cells (-np). */
  readonly parallel?: number;
  /** llama.cpp: layers on the cards, the output layer included (-ngl). */
  readonly gpuLayers?: number;
  /** llama.cpp: layers of each card in the order of `gpus`, the output layer with the last (-ts). */
  readonly tensorSplit?: readonly number[];
}

/** The knobs among other keys, in one order, those that are absent left out. */
export function knobsOf(kv: MemoryKnobs): MemoryKnobs {
  return Object.fromEntries(
    KEYS.filter((key) => kv[key] !== undefined).map((key) => [key, kv[key]]),
  );
}

const KEYS = [
  "freeGpuMemFraction",
  "gpuMemoryUtilization",
  "numGpuBlocks",
  "memFractionStatic",
  "ctxSize",
  "parallel",
  "gpuLayers",
  "tensorSplit",
] as const satisfies readonly (keyof MemoryKnobs)[];
