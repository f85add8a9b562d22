import { isExcluded } from "../model/excluded.ts";
import { cutLayers } from "../model/layer-groups.ts";
import { embeddingTensor, headTensor, layerTensors } from "../model/layer-tensors.ts";
import type { ModelPart, ModelSpec } from "../model/model.ts";
import { formOf, type Quantization, type StoredWeights } from "../model/quantization.ts";
import type { Tensor } from "../model/tensor.ts";
import { defaultGroupSize, type MatrixShape, matrixBytes } from "../model/weight-format.ts";

/**
 * Bytes of a checkpoint's tensors by the config's arithmetic, as its files hold them; memory may differ by
 * zero points and padding. Files of models with draft layers have those as well, engines load them only when
 * asked. Undefined where only a table can tell (GGUF).
 */
export function checkpointBytes(
  model: ModelSpec,
  { hasDrafts = false }: { readonly hasDrafts?: boolean } = {},
): number | undefined {
  const { stored } = model;
  if (stored.quantization === "gguf") {
    return;
  }
  const parts = model.parts.filter(
    ({ isLoaded, kind }) => isLoaded || (hasDrafts && kind === "draft"),
  );
  const outside = [
    { ...embeddingTensor(model), isLinear: false },
    ...model.firstTensors,
    ...(model.tiedEmbeddings || !model.hasHead ? [] : [headTensor(model)]),
    ...model.finalTensors,
    ...parts.flatMap(({ tensors }) => tensors),
  ];
  return [
    draftCopies(model, parts),
    sumOf(outside, (tensor) => fileBytes(tensor, tensor.name, stored)),
    layerBytes(model, stored),
    ...parts.map((part) => layerBytes(part, stored)),
  ].reduce((sum, bytes) => sum + bytes, 0);
}

/** Families whose files repeat embedding and head in every draft layer; Qwen's and DeepSeek V4's do not. */
const REPEATING: ReadonlySet<string> = new Set(["deepseek_v3", "deepseek_v32", "glm4_moe"]);

function draftCopies(model: ModelSpec, parts: readonly ModelPart[]): number {
  const drafts = parts.filter(({ kind }) => kind === "draft").flatMap(({ layers }) => layers);
  const count = drafts.reduce((sum, group) => sum + group.count, 0);
  return REPEATING.has(model.family) ? count * 2 * PLAIN_BYTES * model.vocab * model.hidden : 0;
}

function layerBytes(
  { layers, hidden }: Pick<ModelSpec, "layers" | "hidden">,
  stored: StoredWeights,
): number {
  const namesLayers = stored.excluded.some((pattern) => /layers|re:|\d/.test(pattern));
  const all = layers.reduce((sum, { count }) => sum + count, 0);
  return cutLayers(layers, 0, all).reduce((total, { first, count, layer }) => {
    const tensors = layerTensors(layer, hidden);
    const at = (index: number): number =>
      sumOf(tensors, (tensor) => fileBytes(tensor, `model.layers.${index}.${tensor.name}`, stored));
    return namesLayers
      ? total + Array.from({ length: count }, (_, i) => at(first + i)).reduce((a, b) => a + b, 0)
      : total + count * at(first);
  }, 0);
}

function sumOf(tensors: readonly Tensor[], of: (tensor: Tensor) => number): number {
  return tensors.reduce((sum, tensor) => sum + of(tensor), 0);
}

function fileBytes(tensor: Tensor, name: string, stored: StoredWeights): number {
  const elements = tensor.out * tensor.in * tensor.copies;
  const { quantization, groupSize } = formOf(stored, tensor.role);
  const isPlain = !tensor.isLinear || tensor.role === "head" || isExcluded(name, stored.excluded);
  if (isPlain) {
    return PLAIN_BYTES * elements;
  }
  const shape = {
    out: tensor.out,
    in: tensor.in,
    ...(groupSize === undefined ? {} : { groupSize }),
    hasZeroPoints: stored.hasZeroPoints ?? false,
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
  shape: MatrixShape & { readonly hasZeroPoints: boolean },
): number {
  const { out, in: columns } = shape;
  const groups = Math.ceil(columns / (shape.groupSize ?? defaultGroupSize(quantization)));
  const packed = (out * columns) / 2;
  switch (quantization) {
    case "int4-awq":
      // FP16 scales, zero points of four bits
      return packed + 2 * out * groups + (shape.hasZeroPoints ? (out * groups) / 2 : 0);
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
