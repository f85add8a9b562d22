import type { FeedForward } from "./feed-forward.ts";
import { embeddingTensor, headTensor, layerTensors } from "./layer-tensors.ts";
import type { LayerGroup, ModelPart, ModelSpec, PartKind } from "./model.ts";
import { type Role, type Tensor, tensorParameters } from "./tensor.ts";

export interface ParameterCounts {
  readonly total: number;
  /** Parameters that one token passes through: routed experts count as far as they are active. */
  readonly active: number;
  readonly byRole: Readonly<Record<Role, number>>;
}

const NO_PARAMETERS: Readonly<Record<Role, number>> = {
  embedding: 0,
  attention: 0,
  mlp: 0,
  expert: 0,
  router: 0,
  norm: 0,
  head: 0,
  vision: 0,
  other: 0,
};

/**
 * Parameters by role, as Hugging Face transformers counts them: a tied head is not counted again, and parts
 * that its class for text leaves out are `countPart`'s.
 */
export function countParameters(model: ModelSpec): ParameterCounts {
  const sums = { byRole: { ...NO_PARAMETERS }, inactive: 0 };
  addTensors(sums, outerTensors(model));
  addLayers(sums, model.layers, model.hidden);
  for (const part of model.parts.filter(({ isCounted }) => isCounted)) {
    addPart(sums, part);
  }
  const total = totalOf(sums);
  return { total, active: Math.round(total - sums.inactive), byRole: sums.byRole };
}

/** Parameters of all parts of one kind, counted in the model's total or not. */
export function countPart(model: ModelSpec, kind: PartKind): number {
  const sums = { byRole: { ...NO_PARAMETERS }, inactive: 0 };
  for (const part of model.parts.filter((candidate) => candidate.kind === kind)) {
    addPart(sums, part);
  }
  return totalOf(sums);
}

/** Parameters in the layers' files that no computation reads and that are not counted in the total. */
export function countUnread(model: ModelSpec): number {
  return model.layers
    .flatMap(({ count, layer }) =>
      layerTensors(layer, model.hidden)
        .filter(({ isUnread }) => isUnread === true)
        .map((tensor) => count * tensorParameters(tensor)),
    )
    .reduce((sum, parameters) => sum + parameters, 0);
}

interface Sums {
  readonly byRole: Record<Role, number>;
  inactive: number;
}

function outerTensors(model: ModelSpec): readonly Tensor[] {
  const hasOwnHead = model.hasHead && !model.tiedEmbeddings;
  return [
    embeddingTensor(model),
    ...model.firstTensors,
    ...(hasOwnHead ? [headTensor(model)] : []),
    ...model.finalTensors,
  ];
}

function addPart(sums: Sums, part: ModelPart): void {
  addTensors(sums, part.tensors);
  addLayers(sums, part.layers, part.hidden);
}

function addLayers(sums: Sums, groups: readonly LayerGroup[], hidden: number): void {
  for (const { count, layer } of groups) {
    const tensors = layerTensors(layer, hidden);
    addTensors(sums, tensors, count);
    sums.inactive += count * inactiveShare(layer.feedForward) * expertParameters(tensors);
  }
}

function addTensors({ byRole }: Sums, tensors: readonly Tensor[], times = 1): void {
  for (const tensor of tensors.filter(({ isUnread }) => isUnread !== true)) {
    byRole[tensor.role] += tensorParameters(tensor) * times;
  }
}

function totalOf({ byRole }: Sums): number {
  return Object.values(byRole).reduce((sum, value) => sum + value, 0);
}

function inactiveShare(feedForward: FeedForward): number {
  return feedForward.kind === "moe" ? 1 - feedForward.active / feedForward.experts : 0;
}

function expertParameters(tensors: readonly Tensor[]): number {
  return tensors
    .filter((tensor) => tensor.role === "expert")
    .reduce((sum, tensor) => sum + tensorParameters(tensor), 0);
}
