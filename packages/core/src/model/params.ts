import type { FeedForward } from "./feed-forward.ts";
import { embeddingTensor, headTensor, layerTensors } from "./layer-tensors.ts";
import type { ModelSpec } from "./model.ts";
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

/** Parameters by role, as Hugging Face transformers counts them: a tied head is not counted again. */
export function countParameters(model: ModelSpec): ParameterCounts {
  const byRole = { ...NO_PARAMETERS };
  let inactive = 0;
  const add = (tensors: readonly Tensor[], times: number): void => {
    for (const tensor of tensors) {
      byRole[tensor.role] += tensorParameters(tensor) * times;
    }
  };
  add(
    [
      embeddingTensor(model),
      ...(model.tiedEmbeddings ? [] : [headTensor(model)]),
      ...model.finalTensors,
    ],
    1,
  );
  for (const { count, layer } of model.layers) {
    const tensors = layerTensors(layer, model.hidden);
    add(tensors, count);
    inactive += count * inactiveShare(layer.feedForward) * expertParameters(tensors);
  }
  const total = Object.values(byRole).reduce((sum, value) => sum + value, 0);
  return { total, active: Math.round(total - inactive), byRole };
}

function inactiveShare(feedForward: FeedForward): number {
  return feedForward.kind === "moe" ? 1 - feedForward.active / feedForward.experts : 0;
}

function expertParameters(tensors: readonly Tensor[]): number {
  return tensors
    .filter((tensor) => tensor.role === "expert")
    .reduce((sum, tensor) => sum + tensorParameters(tensor), 0);
}
