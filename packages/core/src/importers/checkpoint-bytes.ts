import { isExcluded } from "../model/excluded.ts";
import { cutLayers, layerCount } from "../model/layer-groups.ts";
import { embeddingTensor, headTensor, layerTensors } from "../model/layer-tensors.ts";
import type { ModelSpec } from "../model/model.ts";
import type { Quantization, StoredWeights } from "../model/quantization.ts";
import type { Tensor } from "../model/tensor.ts";
import { defaultGroupSize, matrixBytes } from "../model/weight-format.ts";

/**
 * Bytes of a checkpoint's tensors by the config's arithmetic, as its files hold them; memory may differ by
 * zero points and padding. Undefined where only a table can tell (GGUF).
 */
export function checkpointBytes(model: ModelSpec): number | undefined {
  const { stored } = model;
  if (stored.quantization === "gguf") {
    return;
  }
  const outside = [
    { ...embeddingTensor(model), isLinear: false },
    ...(model.tiedEmbeddings ? [] : [headTensor(model)]),
    ...model.finalTensors,
  ];
  let total = sumOf(outside, (tensor) => fileBytes(tensor, tensor.name, stored));
  const namesLayers = stored.excluded.some((pattern) => /layers|re:|\d/.test(pattern));
  for (const { first, count, layer } of cutLayers(model.layers, 0, layerCount(model))) {
    const tensors = layerTensors(layer, model.hidden);
    const at = (index: number): number =>
      sumOf(tensors, (tensor) => fileBytes(tensor, `model.layers.${index}.${tensor.name}`, stored));
    for (let index = 0; index < (namesLayers ? count : 1); index += 1) {
      total += at(first + index) * (namesLayers ? 1 : count);
    }
  }
  return total;
}

function sumOf(tensors: readonly Tensor[], of: (tensor: Tensor) => number): number {
  return tensors.reduce((sum, tensor) => sum + of(tensor), 0);
}

function fileBytes(tensor: Tensor, name: string, stored: StoredWeights): number {
  const elements = tensor.out * tensor.in * tensor.copies;
  const { quantization, groupSize, excluded } = stored;
  const isPlain = !tensor.isLinear || tensor.role === "head" || isExcluded(name, excluded);
  if (isPlain) {
    return PLAIN_BYTES * elements;
  }
  const shape = {
    out: tensor.out,
    in: tensor.in,
    ...(groupSize === undefined ? {} : { groupSize }),
  };
  return tensor.copies * fileMatrixBytes(quantization, shape);
}

/**
 * One matrix in a published file. It differs from what TensorRT-LLM keeps in memory (`matrixBytes`) where
 * files pack zero points in four bits (AutoAWQ, GPTQ), list the group of each column (GPTQ's g_idx), have no
 * factors of columns (AutoAWQ) or no padding (NVFP4).
 */
function fileMatrixBytes(
  quantization: Quantization,
  shape: { readonly out: number; readonly in: number; readonly groupSize?: number },
): number {
  const { out, in: columns } = shape;
  const groups = Math.ceil(columns / (shape.groupSize ?? defaultGroupSize(quantization)));
  const packed = (out * columns) / 2;
  switch (quantization) {
    case "int4-awq":
      // FP16 scales, zero points of four bits
      return packed + 2 * out * groups + (out * groups) / 2;
    case "int4-gptq":
      return packed + 2 * out * groups + (out * groups) / 2 + INT32 * columns;
    case "nvfp4":
      // an FP8 scale a group, an FP32 scale a tensor and one of its activations
      return packed + out * groups + 2 * FP32;
    default: {
      const { elements, scales } = matrixBytes(quantization, shape);
      return elements + scales;
    }
  }
}

/** BF16 and FP16. */
const PLAIN_BYTES = 2;
const FP32 = 4;
const INT32 = 4;
