import { layerTensors } from "../../model/layer-tensors.ts";
import type { Layer } from "../../model/model.ts";
import type { Role, Tensor } from "../../model/tensor.ts";

/** A transformer encoder of equal layers, as towers for images and sound have it. */
export interface EncoderShape {
  readonly layers: number;
  readonly hidden: number;
  readonly heads: number;
  readonly headDim?: number;
  readonly intermediate: number;
  readonly gated?: boolean;
  readonly qkvBias?: boolean;
  readonly outBias?: boolean;
  readonly mlpBias?: boolean;
  readonly qkNorm?: "none" | "head" | "whole";
  readonly norms?: number;
  readonly normBias?: boolean;
  readonly extra?: readonly Tensor[];
}

/** The layers' weights, each standing for all layers. */
export function encoderTensors(name: string, shape: EncoderShape): readonly Tensor[] {
  return layerTensors(encoderLayer(shape), shape.hidden).map((tensor) => ({
    ...tensor,
    name: `${name}.${tensor.name}`,
    copies: tensor.copies * shape.layers,
  }));
}

/** One layer, which sees the whole sequence and caches nothing. */
export function encoderLayer(shape: EncoderShape): Layer {
  return {
    attention: {
      kind: "bidirectional",
      heads: shape.heads,
      kvHeads: shape.heads,
      headDim: shape.headDim ?? shape.hidden / shape.heads,
      qkvBias: shape.qkvBias ?? false,
      outBias: shape.outBias ?? false,
      qkNorm: shape.qkNorm ?? "none",
    },
    feedForward: {
      kind: "dense",
      intermediate: shape.intermediate,
      gated: shape.gated ?? false,
      bias: shape.mlpBias ?? false,
    },
    norms: shape.norms ?? 2,
    normBias: shape.normBias ?? false,
    ...(shape.extra === undefined ? {} : { extra: shape.extra }),
  };
}

/** Puts tensors under one role. Towers stay in 16 bits in every checkpoint seen, whatever the rest is in. */
export function ofRole(role: Role, tensors: readonly Tensor[]): readonly Tensor[] {
  return tensors.map((tensor) => ({ ...tensor, role, isLinear: false }));
}
