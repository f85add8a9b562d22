import type { EngineWeightRules } from "../engine/engine.ts";
import { isExcluded } from "../model/excluded.ts";
import { cutLayers, layerCount, type PlacedGroup } from "../model/layer-groups.ts";
import { embeddingTensor, headTensor, layerTensors } from "../model/layer-tensors.ts";
import type { ModelSpec } from "../model/model.ts";
import { evenStages, type Parallelism } from "../model/parallelism.ts";
import type { StoredWeights } from "../model/quantization.ts";
import type { Tensor } from "../model/tensor.ts";
import { matrixBytes } from "../model/weight-format.ts";
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
  const stages = parallelism.stageLayers ?? evenStages(layerCount(model), parallelism.pp);
  const start = stages.slice(0, stage).reduce((sum, layers) => sum + layers, 0);
  const groups = cutLayers(model.layers, start, stages[stage] ?? 0);
  const sums = { plain: 0, quantized: 0, scales: 0 };
  for (const tensor of outerTensors(layout, stage)) {
    addTensor(sums, { tensor, name: tensor.name, times: 1, layout });
  }
  for (const group of groups) {
    addGroup(sums, group, layout);
  }
  return sums;
}

/** Embedding, head and final norms, where this stage has them. */
function outerTensors(
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
    ...(isFirst ? [embedding] : []),
    ...(isLast && !sharesHead ? [headOf(model)] : []),
    ...(isLast ? model.finalTensors : []),
  ];
}

/** The head; one that is tied to the embedding is in 16 bits like it. */
function headOf(model: ModelSpec): Tensor {
  return model.tiedEmbeddings ? { ...headTensor(model), isLinear: false } : headTensor(model);
}

/** Adds a run of layers; layer by layer only where the checkpoint excludes modules by name. */
function addGroup(sums: Sums, group: PlacedGroup, layout: WeightLayout): void {
  const tensors = layerTensors(group.layer, layout.model.hidden);
  const namesLayers = layout.weights.excluded.some((pattern) => /layers|re:|\d/.test(pattern));
  const times = namesLayers ? 1 : group.count;
  for (let layer = group.first; layer < group.first + group.count; layer += times) {
    for (const tensor of tensors) {
      addTensor(sums, { tensor, name: `model.layers.${layer}.${tensor.name}`, times, layout });
    }
  }
}

interface Sums {
  plain: number;
  quantized: number;
  scales: number;
}

interface Addition {
  readonly tensor: Tensor;
  readonly name: string;
  readonly times: number;
  readonly layout: WeightLayout;
}

function addTensor(sums: Sums, { tensor, name, times, layout }: Addition): void {
  const shard = shardOf(tensor, layout.parallelism);
  const { quantization, groupSize, excluded } = layout.weights;
  if (isPlain(tensor, quantization) || isExcluded(name, excluded)) {
    sums.plain += PLAIN_BYTES * shard.out * shard.in * shard.copies * times;
    return;
  }
  const bytes = matrixBytes(quantization, {
    out: shard.out,
    in: shard.in,
    ...(groupSize === undefined ? {} : { groupSize }),
  });
  sums.quantized += bytes.elements * shard.copies * times;
  sums.scales += bytes.scales * shard.copies * times;
}

/** The head is a matrix, but every toolchain that TensorRT-LLM reads leaves it in 16 bits. */
function isPlain(tensor: Tensor, quantization: StoredWeights["quantization"]): boolean {
  return (
    !tensor.isLinear || tensor.role === "head" || quantization === "bf16" || quantization === "fp16"
  );
}

/** BF16 and FP16. */
const PLAIN_BYTES = 2;
