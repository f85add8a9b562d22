import type { Attention } from "../../model/attention.ts";
import type { FeedForward } from "../../model/feed-forward.ts";
import type { Fields } from "../fields.ts";

/** What the common part has read before a family is asked. */
export interface Dimensions {
  readonly layers: number;
  readonly hidden: number;
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
  readonly qkNorm?: boolean;
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
  /** Takes the place of attention by heads. */
  readonly attention?: Attention;
  /** The feed-forward of a layer; undefined is the dense one of the common part. */
  readonly feedForward?: (layer: number) => FeedForward | undefined;
  /** Notes for the reader. */
  readonly notes?: readonly string[];
}

export interface Family {
  /** Values of `model_type` that it reads. */
  readonly modelTypes: readonly string[];
  /** Reads what differs. Throws an InputError where the config asks for what can't be described yet. */
  differences(config: Fields, dimensions: Dimensions): Differences;
}
