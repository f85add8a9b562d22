import type { EngineWeightRules } from "../engine/engine.ts";
import { isExcluded } from "../model/excluded.ts";
import { cutLayers, layerCount, stageGroups, stageLayers } from "../model/layer-groups.ts";
import { embeddingTensor, headTensor, layerTensors } from "../model/layer-tensors.ts";
import type { ModelPart, ModelSpec } from "../model/model.ts";
import { layerRanks, type Parallelism } from "../model/parallelism.ts";
import { formOf, type StoredWeights } from "../model/quantization.ts";
import type { Tensor } from "../model/tensor.ts";
import { matrixBytes } from "../model/weight-format.ts";
import { measuredDensity } from "./measured-density.ts";
import { rankFileBytes, scaledTo } from "./rank-files.ts";
import { shardOf } from "./shard.ts";

/** Weight bytes of one rank, by how they are stored. */
export interface RankWeights {
  /** Everything in 16 bits: embeddings, head, norms, routers, excluded modules. */
  readonly plain: number;
  /** Elements of quantised matrices. */
  readonly quantized: number;
  /** Scales and zero points of quantised matrices. */
  readonly scales: number;
}

export interface WeightLayout {
  readonly model: ModelSpec;
  readonly weights: StoredWeights;
  readonly parallelism: Parallelism;
  readonly rules: EngineWeightRules;
}

/** Weight bytes of every rank of one pipeline stage (all its tensor-parallel ranks hold equally much). */
export function stageWeights(layout: WeightLayout, stage: number): RankWeights {
  const { model, parallelism } = layout;
  const { start, count } = stageLayers(model, { parallelism, stage });
  const before = layerSums(layout);
  const from = before[start] ?? NOTHING;
  const to = before[start + count] ?? from;
  const sums = {
    plain: to.plain - from.plain,
    quantized: to.quantized - from.quantized,
    scales: to.scales - from.scales,
  };
  for (const tensor of outerTensors(layout, stage)) {
    addTensor(sums, { tensor, name: tensor.name, layout });
  }
  for (const part of loadedParts(layout, stage)) {
    addPart(sums, part, layout);
  }
  const cut = rankFileBytes(layout.weights.rankFiles, parallelism, stage);
  return cut === undefined ? sums : scaledTo(sums, cut);
}

/** Weight bytes of the routed experts that every rank of one pipeline stage holds; no others. */
export function stageExpertWeights(layout: WeightLayout, stage: number): RankWeights {
  const { model, parallelism } = layout;
  const sums = { plain: 0, quantized: 0, scales: 0 };
  for (const group of stageGroups(model, { parallelism, stage })) {
    const experts = layerTensors(group.layer, model.hidden).filter(({ role }) => role === "expert");
    for (let layer = group.first; layer < group.first + group.count; layer += 1) {
      const one = layerWeights(experts, { layer, layout });
      sums.plain += one.plain;
      sums.quantized += one.quantized;
      sums.scales += one.scales;
    }
  }
  return sums;
}

/** Towers and encoders feed the first layers, so the first stage has them; draft layers follow the last. */
function loadedParts({ model, parallelism }: WeightLayout, stage: number): readonly ModelPart[] {
  return model.parts.filter(
    ({ isLoaded, kind }) => isLoaded && stage === (kind === "draft" ? parallelism.pp - 1 : 0),
  );
}

function addPart(sums: Sums, part: ModelPart, layout: WeightLayout): void {
  const layers = part.layers.flatMap(({ count, layer }) =>
    layerTensors(layer, part.hidden).map((tensor) => ({
      ...tensor,
      name: `${part.kind}.layers.${tensor.name}`,
      copies: tensor.copies * count,
      ...(part.isPlain === true ? { isLinear: false } : {}),
    })),
  );
  for (const tensor of [...part.tensors, ...layers]) {
    addTensor(sums, { tensor, name: tensor.name, layout });
  }
}

const NOTHING: RankWeights = { plain: 0, quantized: 0, scales: 0 };

/** Sums over the first n layers, for every n: specs are frozen, so each layout of a model is summed once. */
const LAYER_SUMS = new WeakMap<
  ModelSpec,
  WeakMap<StoredWeights, Map<string, readonly RankWeights[]>>
>();

function layerSums(layout: WeightLayout): readonly RankWeights[] {
  const { model, weights, parallelism, rules } = layout;
  const ofModel =
    LAYER_SUMS.get(model) ?? new WeakMap<StoredWeights, Map<string, readonly RankWeights[]>>();
  LAYER_SUMS.set(model, ofModel);
  const ofWeights = ofModel.get(weights) ?? new Map<string, readonly RankWeights[]>();
  ofModel.set(weights, ofWeights);
  const key = `${parallelism.tp}/${parallelism.ep}/${layerRanks(parallelism)}/${rules.zeroPointBits}`;
  const known = ofWeights.get(key) ?? sumLayers(layout);
  ofWeights.set(key, known);
  return known;
}

function sumLayers(layout: WeightLayout): readonly RankWeights[] {
  const { model, weights } = layout;
  const namesLayers =
    weights.measured !== undefined ||
    weights.excluded.some((pattern) => /layers|re:|\d/.test(pattern));
  const sums = { plain: 0, quantized: 0, scales: 0 };
  const before: RankWeights[] = [{ ...sums }];
  for (const group of cutLayers(model.layers, 0, layerCount(model))) {
    const tensors = layerTensors(group.layer, model.hidden);
    const first = layerWeights(tensors, { layer: group.first, layout });
    for (let layer = group.first; layer < group.first + group.count; layer += 1) {
      const one = namesLayers ? layerWeights(tensors, { layer, layout }) : first;
      sums.plain += one.plain;
      sums.quantized += one.quantized;
      sums.scales += one.scales;
      before.push({ ...sums });
    }
  }
  return before;
}

/** One layer; its index matters only where the checkpoint excludes modules by name. */
function layerWeights(
  tensors: readonly Tensor[],
  { layer, layout }: { readonly layer: number; readonly layout: WeightLayout },
): RankWeights {
  const sums = { plain: 0, quantized: 0, scales: 0 };
  for (const tensor of tensors) {
    addTensor(sums, { tensor, name: `model.layers.${layer}.${tensor.name}`, layer, layout });
  }
  return sums;
}

/** Embedding, head and final norms, where this stage has them. */
export function outerTensors(
  { model, parallelism, rules }: WeightLayout,
  stage: number,
): readonly Tensor[] {
  const isFirst = stage === 0;
  const isLast = stage === parallelism.pp - 1;
  const embedding = rules.cutsEmbedding
    ? embeddingTensor(model)
    : { ...embeddingTensor(model), cut: "none" as const };
  // a tied head is the embedding itself where both are on one rank and are divided alike
  const sharesHead =
    model.tiedEmbeddings && isFirst && (rules.cutsEmbedding || parallelism.tp === 1);
  return [
    ...(isFirst ? [embedding, ...model.firstTensors] : []),
    ...(isLast && model.hasHead && !sharesHead ? [headOf(model)] : []),
    ...(isLast ? model.finalTensors : []),
  ];
}

/** The head; one that is tied to the embedding is in 16 bits like it. */
function headOf(model: ModelSpec): Tensor {
  return model.tiedEmbeddings ? { ...headTensor(model), isLinear: false } : headTensor(model);
}

interface Sums {
  plain: number;
  quantized: number;
  scales: number;
}

/** One rank's part of one weight. */
export function tensorWeights(
  tensor: Tensor,
  place: { readonly name: string; readonly layer?: number; readonly layout: WeightLayout },
): RankWeights {
  const sums = { plain: 0, quantized: 0, scales: 0 };
  addTensor(sums, { tensor, ...place });
  return sums;
}

interface Addition {
  readonly tensor: Tensor;
  readonly name: string;
  /** Undefined outside of layers. */
  readonly layer?: number;
  readonly layout: WeightLayout;
}

function addTensor(sums: Sums, { tensor, name, layer, layout }: Addition): void {
  const shard = shardOf(tensor, layout.parallelism);
  const { measured } = layout.weights;
  const { model, rules } = layout;
  const { zeroPointBits } = rules;
  const density =
    measured && measuredDensity({ model, measured, zeroPointBits }, { tensor, layer });
  if (density !== undefined) {
    const elements = shard.out * shard.in * shard.copies;
    sums.plain += density.plain * elements;
    sums.quantized += density.quantized * elements;
    sums.scales += density.scales * elements;
    return;
  }
  const { excluded } = layout.weights;
  const { quantization, groupSize } = formOf(layout.weights, tensor.role);
  if (isPlain(tensor, quantization) || isExcluded(name, excluded)) {
    sums.plain += PLAIN_BYTES * shard.out * shard.in * shard.copies;
    return;
  }
  const bytes = matrixBytes(quantization, {
    out: shard.out,
    in: shard.in,
    zeroPointBits,
    ...(groupSize === undefined ? {} : { groupSize }),
  });
  sums.quantized += bytes.elements * shard.copies;
  sums.scales += bytes.scales * shard.copies;
}

/** The head is a matrix, but every toolchain that TensorRT-LLM reads leaves it in 16 bits. */
function isPlain(tensor: Tensor, quantization: StoredWeights["quantization"]): boolean {
  return (
    !tensor.isLinear || tensor.role === "head" || quantization === "bf16" || quantization === "fp16"
  );
}

/** BF16 and FP16. */
const PLAIN_BYTES = 2;
