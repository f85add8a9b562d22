import { attentionTensors, headTensors } from "./attention-tensors.ts";
import { feedForwardTensors } from "./feed-forward-tensors.ts";
import type { Layer, ModelSpec } from "./model.ts";
import { recurrentTensors } from "./recurrent-tensors.ts";
import { cutRows, type Tensor, vector } from "./tensor.ts";

/** Every weight of one layer, in the names that Hugging Face checkpoints use. */
export function layerTensors(layer: Layer, hidden: number): readonly Tensor[] {
  const known = TENSORS.get(layer);
  if (known?.hidden === hidden) {
    return known.tensors;
  }
  const tensors = newTensors(layer, hidden);
  TENSORS.set(layer, { hidden, tensors });
  return tensors;
}

/** Listed once for a layer: specs are frozen, and every layout of a model asks. */
const TENSORS = new WeakMap<
  Layer,
  { readonly hidden: number; readonly tensors: readonly Tensor[] }
>();

function newTensors(layer: Layer, hidden: number): readonly Tensor[] {
  return [
    ...attentionTensors(layer.attention, hidden),
    ...(layer.cross === undefined ? [] : headTensors(layer.cross, hidden, "cross_attn")),
    ...(layer.beside === undefined ? [] : recurrentTensors(layer.beside, hidden)),
    ...feedForwardTensors(layer.feedForward, hidden),
    ...Array.from({ length: layer.norms }, (_, i) => vector(`norm.${i}`, "norm", hidden)),
    ...(layer.normBias ? [vector("norm.bias", "norm", layer.norms * hidden)] : []),
    ...(layer.extra ?? []),
  ];
}

/** The token embedding, divided by vocabulary rows. */
export function embeddingTensor(model: ModelSpec): Tensor {
  return {
    ...cutRows("model.embed_tokens", "embedding", {
      out: model.vocab,
      in: model.hidden,
      units: model.vocab,
    }),
    isLinear: false,
  };
}

/** The output head, divided by vocabulary rows. */
export function headTensor(model: ModelSpec): Tensor {
  return cutRows("lm_head", "head", { out: model.vocab, in: model.hidden, units: model.vocab });
}
