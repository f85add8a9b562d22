import type { Attention } from "../model/attention.ts";
import type { FeedForward } from "../model/feed-forward.ts";
import type { Layer } from "../model/model.ts";
import { tokens } from "../units/units.ts";
import { type Fields, shownSafely } from "./fields.ts";
import type { Differences, Dimensions } from "./hf-families/family.ts";
import { MAX_CONTEXT, MAX_HEAD_DIM, MAX_HEADS, MAX_INTERMEDIATE } from "./limits.ts";

/** All layers of the model, first to last. */
export function buildLayers(
  config: Fields,
  dimensions: Dimensions,
  differences: Differences,
): readonly Layer[] {
  const isSliding = slidingLayers(config, dimensions, differences);
  const full = differences.attention ?? headAttention(config, dimensions, differences);
  const sliding = slidingForm(config, differences, full);
  const dense = denseWhereNeeded(config, differences);
  return Array.from({ length: dimensions.layers }, (_, layer) => ({
    attention: isSliding(layer) ? sliding() : full,
    feedForward: differences.feedForward?.(layer) ?? dense(),
    norms: differences.norms ?? 2,
    normBias: differences.normBias ?? false,
  }));
}

function headAttention(
  config: Fields,
  { hidden }: Dimensions,
  differences: Differences,
): Attention {
  const heads = config.count("num_attention_heads", MAX_HEADS);
  const kvHeads = config.count("num_key_value_heads", MAX_HEADS, heads);
  if (heads % kvHeads !== 0) {
    throw config.bad(
      "num_key_value_heads",
      `expected a divisor of num_attention_heads (${heads}), got ${kvHeads}`,
    );
  }
  return {
    kind: "full",
    heads,
    kvHeads,
    headDim: headDim(config, { hidden, heads }, differences.defaultHeadDim),
    qkvBias: differences.qkvBias ?? false,
    outBias: differences.outBias ?? false,
    qkNorm: differences.qkNorm ?? false,
  };
}

function headDim(
  config: Fields,
  { hidden, heads }: { readonly hidden: number; readonly heads: number },
  byDefault: number | undefined,
): number {
  if (config.has("head_dim") || byDefault !== undefined) {
    return config.count("head_dim", MAX_HEAD_DIM, byDefault);
  }
  if (hidden % heads !== 0) {
    throw config.bad(
      "head_dim",
      `expected a positive integer, but it is missing and num_attention_heads (${heads}) does not divide hidden_size (${hidden})`,
    );
  }
  return hidden / heads;
}

/** `layer_types` decides where the config has it, the family's rule otherwise. */
function slidingLayers(
  config: Fields,
  { layers }: Dimensions,
  { isSliding }: Differences,
): (layer: number) => boolean {
  const types = config.texts("layer_types");
  if (types.length === 0) {
    return isSliding ?? ((): boolean => false);
  }
  const unknown = types.find((type) => type !== FULL && type !== SLIDING);
  if (unknown !== undefined) {
    throw config.bad(
      "layer_types",
      `expected ${FULL} or ${SLIDING}, got ${shownSafely(unknown)}: layers of this kind can't be described yet`,
    );
  }
  if (types.length !== layers) {
    throw config.bad(
      "layer_types",
      `expected one for each of the ${layers} layers, got ${types.length}`,
    );
  }
  return (layer) => types[layer] === SLIDING;
}

const FULL = "full_attention";
const SLIDING = "sliding_attention";

/** A window that is no shorter than the longest context hides nothing: such a layer is a full one. */
function slidingForm(config: Fields, differences: Differences, full: Attention): () => Attention {
  let form: Attention | undefined;
  return () => {
    form ??= withWindow(full, {
      window: config.count("sliding_window", MAX_CONTEXT, differences.window),
      longest: config.count("max_position_embeddings", MAX_CONTEXT),
    });
    return form;
  };
}

function withWindow(
  full: Attention,
  { window, longest }: { readonly window: number; readonly longest: number },
): Attention {
  return full.kind === "mla" || window >= longest
    ? full
    : { ...full, kind: "sliding", window: tokens(window) };
}

function denseWhereNeeded(config: Fields, differences: Differences): () => FeedForward {
  let dense: FeedForward | undefined;
  return () => {
    dense ??= {
      kind: "dense",
      intermediate: config.count("intermediate_size", MAX_INTERMEDIATE),
      gated: differences.gated ?? true,
      bias: differences.mlpBias ?? false,
    };
    return dense;
  };
}
