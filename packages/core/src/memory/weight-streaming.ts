import { stageGroups } from "../model/layer-groups.ts";
import { embeddingTensor, layerTensors } from "../model/layer-tensors.ts";
import type { Quantization } from "../model/quantization.ts";
import type { Tensor } from "../model/tensor.ts";
import { bytes } from "../units/units.ts";
import type { MemoryTerm } from "./breakdown.ts";
import { shardOf } from "./shard.ts";
import type { WeightsRequest } from "./weights-term.ts";

/** Precisions whose matrices TensorRT multiplies itself; those of the others go through plugins. */
const NATIVE: ReadonlySet<Quantization> = new Set(["bf16", "fp16", "fp8"]);

/** BF16 and FP16. */
const PLAIN_BYTES = 2;

/**
 * A TensorRT engine's weights where a share of those that can be streamed stays on the card. Only weights
 * outside of plugins stream (reference/trtllm-memory.md, section 1.5): taken for the matrices that TensorRT
 * multiplies itself, so not for embedding, norms, biases and what plugins dequantise. TensorRT says what it can
 * stream only once the engine is built; the least is that it streams everything.
 */
export function streamedWeightsTerm(
  weights: MemoryTerm,
  request: WeightsRequest,
  { stage, share }: { readonly stage: number; readonly share: number },
): MemoryTerm {
  const { plain = 0, quantized = 0, scales = 0 } = weights.values;
  const native = NATIVE.has(request.weights.quantization) ? quantized + scales : 0;
  const streamable = Math.max(0, plain + native - vectorBytes(request, stage));
  const resident = weights.bytes - streamable;
  const value = bytes(Math.round(resident + share * streamable));
  return {
    ...weights,
    bytes: value,
    low: bytes(Math.round(share * weights.bytes)),
    high: value,
    basis: "assumed",
    law: "resident + gpu_weights_percent * streamable",
    values: { resident, gpu_weights_percent: share, streamable },
    sources: [...weights.sources, "trtllm-memory-reference"],
  };
}

/** What one rank of a stage has that no matrix product reads: embedding, norms, biases, routers. */
function vectorBytes({ model, engine, parallelism }: WeightsRequest, stage: number): number {
  const embedding = embeddingTensor(model);
  const inLayers = stageGroups(model, { parallelism, stage }).flatMap(({ count, layer }) =>
    layerTensors(layer, model.hidden).map((tensor) => ({
      ...tensor,
      copies: count * tensor.copies,
    })),
  );
  const tensors: readonly Tensor[] = [
    ...inLayers,
    ...(stage === 0
      ? [
          engine.weights.cutsEmbedding ? embedding : { ...embedding, cut: "none" as const },
          ...model.firstTensors,
        ]
      : []),
    ...(stage === parallelism.pp - 1 ? model.finalTensors : []),
  ];
  return tensors
    .filter(({ isLinear }) => !isLinear)
    .map((tensor) => shardOf(tensor, parallelism))
    .reduce((sum, { out, in: columns, copies }) => sum + PLAIN_BYTES * out * columns * copies, 0);
}
