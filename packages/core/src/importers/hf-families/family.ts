import type { Attention, HeadAttention } from "../../model/attention.ts";
import type { FeedForward } from "../../model/feed-forward.ts";
import type { Layer, ModelPart } from "../../model/model.ts";
import type { Tensor } from "../../model/tensor.ts";
import type { Fields } from "../fields.ts";

/** What the common part has read before a family is asked. */
export interface Dimensions {
  readonly layers: number;
  readonly hidden: number;
  readonly vocab: number;
}

/**
 * In what a family differs from a plain Llama: RMS norms before attention and feed-forward, no
 * biases, a gated dense feed-forward, full attention, a head of its own. Absent means "as Llama".
 */
export interface Differences {
  readonly tiedByDefault?: boolean;
  /** Head dimension where the config has none; hidden / heads otherwise. */
  readonly defaultHeadDim?: number;
  readonly qkvBias?: boolean;
  readonly outBias?: boolean;
  readonly qkNorm?: HeadAttention["qkNorm"];
  readonly mlpBias?: boolean;
  readonly gated?: boolean;
  /** Norms of the layer's width; 2 for Llama. */
  readonly norms?: number;
  readonly normBias?: boolean;
  /** Norms after the last layer; 1 for Llama. */
  readonly finalNorms?: number;
  /** Whether a layer sees its window only, where the config has no `layer_types`. */
  readonly isSliding?: (layer: number) => boolean;
  /** The window of sliding layers where the config has no `sliding_window`. */
  readonly window?: number;
  /** The same for layers that see their chunk (Llama 4). */
  readonly isChunked?: (layer: number) => boolean;
  /** Changes what the common part made of a layer's heads: sinks, gates, other sizes. */
  readonly heads?: (attention: HeadAttention, layer: number) => Attention;
  /** Takes the place of all this, `layer_types` with it. */
  readonly attention?: (layer: number) => Attention;
  /** The feed-forward of a layer; undefined is the dense one of the common part. */
  readonly feedForward?: (layer: number) => FeedForward | undefined;
  /** The last word on a layer: what the fields above can't say. */
  readonly layer?: (common: Layer, index: number) => Layer;
  /** Beside the embedding. */
  readonly firstTensors?: readonly Tensor[];
  /** After the final norms. */
  readonly finalTensors?: readonly Tensor[];
  readonly parts?: readonly ModelPart[];
  /** False for an encoder that gives vectors. */
  readonly hasHead?: boolean;
  /** Most tokens of another sequence that cross-attention layers cache. */
  readonly crossTokens?: number;
  /** Notes for the reader. */
  readonly notes?: readonly string[];
}

export interface Family {
  /** Values of `model_type` that it reads. */
  readonly modelTypes: readonly string[];
  /** What its published configs leave out, as transformers' configuration class fills it in. */
  readonly defaults?: Readonly<Record<string, unknown>>;
  /** Names that it has for our keys: `{ hidden_size: "n_embd" }`. */
  readonly names?: Readonly<Record<string, string>>;
  /** Number of layers where the config says it by a list alone. */
  layers?(config: Fields): number;
  /** An encoder, or one with a decoder: its architecture need not be a causal language model. */
  readonly isEncoder?: boolean;
  /** Reads what differs. Throws an InputError where the config asks for what can't be described yet. */
  differences(config: Fields, dimensions: Dimensions): Differences;
}
