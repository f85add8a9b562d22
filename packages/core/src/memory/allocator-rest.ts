import { stageGroups } from "../model/layer-groups.ts";
import { layerTensors } from "../model/layer-tensors.ts";
import type { Tensor } from "../model/tensor.ts";
import { MIB } from "../units/units.ts";
import { outerTensors, tensorWeights, type WeightLayout } from "./weights.ts";

/** From here on PyTorch asks the driver for a segment of its own, in whole steps of two MiB (kMinLargeAlloc, kRoundLarge). */
const LARGE = 10 * MIB;
const STEP = 2 * MIB;

/**
 * Bytes that PyTorch's caching allocator adds to the matrices of one pipeline stage: a large one has a segment of its own,
 * rounded up, and what is left of it counts as allocated where it is `mostRest` or less (a larger rest is split off
 * and free again). Engines join what one input feeds, queries, keys and values, gate and up, and all experts of a
 * rank, so these are one matrix each. Qwen2-7B has 56 MiB of it on one card: 1 MiB a layer behind gate and up,
 * 0.5 behind down and 0.5 behind queries, keys and values, and vLLM prints 14.2488 GiB for its 14.1934.
 */
export function allocatorRest(layout: WeightLayout, stage: number, mostRest: number): number {
  const { model, parallelism } = layout;
  const rest = (bytes: number): number => restOf(bytes, mostRest);
  let sum = 0;
  for (const { layer, first, count } of stageGroups(model, { parallelism, stage })) {
    const joined = new Map<string, number>();
    for (const tensor of layerTensors(layer, model.hidden)) {
      const name = `model.layers.${first}.${tensor.name}`;
      const bytes = matrixBytesOf(tensor, { name, layer: first, layout });
      const key = joinedName(tensor.name);
      joined.set(key, (joined.get(key) ?? 0) + bytes);
    }
    sum += count * [...joined.values()].reduce((total, bytes) => total + rest(bytes), 0);
  }
  for (const tensor of outerTensors(layout, stage)) {
    sum += rest(matrixBytesOf(tensor, { name: tensor.name, layout }));
  }
  return sum;
}

/** The matrix itself: scales are one of their own, and small. */
function matrixBytesOf(
  tensor: Tensor,
  place: { readonly name: string; readonly layer?: number; readonly layout: WeightLayout },
): number {
  const { plain, quantized } = tensorWeights(tensor, place);
  return plain + quantized;
}

function joinedName(name: string): string {
  return name
    .replace(/\.[qkv]_proj(\.|$)/, ".qkv_proj$1")
    .replace(/\.(gate|up)_proj(\.|$)/, ".gate_up_proj$2");
}

function restOf(bytes: number, mostRest: number): number {
  const rest = (STEP - (bytes % STEP)) % STEP;
  return bytes >= LARGE && rest <= mostRest ? rest : 0;
}
