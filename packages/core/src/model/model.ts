import type { Tokens } from "../units/units.ts";
import type { Attention } from "./attention.ts";
import type { Built } from "./built.ts";
import type { FeedForward } from "./feed-forward.ts";
import type { StoredWeights } from "./quantization.ts";
import type { Tensor } from "./tensor.ts";

/** What an LLM is. It knows no GPU and no engine. */
export interface ModelSpec {
  /** Hub id, or the path that it was read from. */
  readonly id: string;
  /** `model_type` of its config.json. */
  readonly family: string;
  readonly hidden: number;
  readonly vocab: number;
  /** The head is the embedding; it is stored once where one rank has both. */
  readonly tiedEmbeddings: boolean;
  readonly maxContext: Tokens;
  /** Runs of equal layers, in order. */
  readonly layers: readonly LayerGroup[];
  /** Norms and whatever else stands after the last layer. */
  readonly finalTensors: readonly Tensor[];
  /** How its published files hold the weights. */
  readonly stored: StoredWeights;
  /** Ranks and limits of a TensorRT-LLM engine or checkpoint; absent for other files. */
  readonly built?: Built;
  /** What the reader should know: fields that were assumed, parts that are left out. */
  readonly notes: readonly string[];
}

export interface LayerGroup {
  readonly count: number;
  readonly layer: Layer;
}

export interface Layer {
  readonly attention: Attention;
  readonly feedForward: FeedForward;
  /** Norms of the width `hidden` in this layer: 2, or 4 where both sides are normed (Gemma 2). */
  readonly norms: number;
  /** A bias beside each norm's weight (LayerNorm). */
  readonly normBias: boolean;
}
