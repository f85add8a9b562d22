import { kvElementsPerToken } from "../model/attention.ts";
import { cutLayers, layerCount } from "../model/layer-groups.ts";
import type { ModelSpec } from "../model/model.ts";
import { evenStages, type Parallelism } from "../model/parallelism.ts";
import { type KvCacheDtype, kvBytesPerElement } from "../model/quantization.ts";

/**
 * KV bytes of one token on every rank of a pipeline stage: the sum over the stage's layers of
 * 2 · ceil(kv_heads / tp) · head_dim · bytes, or of the latent's width for MLA, which is not divided
 * (reference/trtllm-memory.md, section 3). TensorRT-LLM charges sliding-window layers in full.
 */
export function kvBytesPerToken(
  model: ModelSpec,
  dtype: KvCacheDtype,
  { parallelism, stage }: { readonly parallelism: Parallelism; readonly stage: number },
): number {
  const stages = parallelism.stageLayers ?? evenStages(layerCount(model), parallelism.pp);
  const start = stages.slice(0, stage).reduce((sum, layers) => sum + layers, 0);
  const elements = cutLayers(model.layers, start, stages[stage] ?? 0).reduce(
    (sum, { count, layer }) => sum + count * kvElementsPerToken(layer.attention, parallelism.tp),
    0,
  );
  return elements * kvBytesPerElement(dtype);
}
