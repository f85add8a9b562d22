import type { Attention, HeadAttention } from "../model/attention.ts";
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
  const attention = differences.attention ?? commonAttention(config, dimensions, differences);
  const dense = onDemand(() => denseFeedForward(config, differences));
  return Array.from({ length: dimensions.layers }, (_, index) => {
    const layer: Layer = {
      attention: attention(index),
      feedForward: differences.feedForward?.(index) ?? dense(),
      norms: differences.norms ?? 2,
      normBias: differences.normBias ?? false,
    };
    return differences.layer?.(layer, index) ?? layer;
  });
}

/** Attention by heads for every layer, in the kinds that the config or the family gives them. */
function commonAttention(
  config: Fields,
  dimensions: Dimensions,
  differences: Differences,
): (layer: number) => Attention {
  const kinds = layerKinds(config, dimensions, differences);
  const full = headAttention(config, dimensions, differences);
  return (layer) => {
    const form = withKind(full, kinds(layer), { config, window: differences.window });
    return differences.heads?.(form, layer) ?? form;
  };
}

/** Read once, and only where a layer needs it: a family may do without these keys. */
function onDemand<T extends object>(read: () => T): () => T {
  let value: T | undefined;
  return () => {
    value ??= read();
    return value;
  };
}

/** Attention by heads, full, as the config and the family have it. */
export function headAttention(
  config: Fields,
  { hidden }: Pick<Dimensions, "hidden">,
  differences: Differences,
): HeadAttention {
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
    qkNorm: differences.qkNorm ?? "none",
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

const FULL = "full_attention";
const SLIDING = "sliding_attention";
const CHUNKED = "chunked_attention";

/** `layer_types` decides where the config has it, the family's rule otherwise. */
function layerKinds(
  config: Fields,
  { layers }: Dimensions,
  { isSliding, isChunked }: Differences,
): (layer: number) => string {
  const types = layerTypes(config, "layer_types", layers);
  const unknown = types?.find((type) => ![FULL, SLIDING, CHUNKED].includes(type));
  if (unknown !== undefined) {
    throw config.bad(
      "layer_types",
      `expected ${FULL}, ${SLIDING} or ${CHUNKED}, got ${shownSafely(unknown)}: layers of this kind can't be described yet`,
    );
  }
  return (layer) => {
    if (types !== undefined) {
      return types[layer] ?? FULL;
    }
    if (isChunked?.(layer) === true) {
      return CHUNKED;
    }
    return isSliding?.(layer) === true ? SLIDING : FULL;
  };
}

/** A list with one kind for each layer; undefined where the config has none. */
export function layerTypes(
  config: Fields,
  key: string,
  layers: number,
): readonly string[] | undefined {
  const types = config.texts(key);
  if (types.length !== 0 && types.length !== layers) {
    throw config.bad(key, `expected one for each of the ${layers} layers, got ${types.length}`);
  }
  return types.length === 0 ? undefined : types;
}

/** A window that is no shorter than the longest context hides nothing: such a layer is a full one. */
function withKind(
  full: HeadAttention,
  kind: string,
  { config, window: byDefault }: { readonly config: Fields; readonly window: number | undefined },
): HeadAttention {
  if (kind !== SLIDING && kind !== CHUNKED) {
    return full;
  }
  const window =
    kind === CHUNKED
      ? config.count("attention_chunk_size", MAX_CONTEXT)
      : config.count("sliding_window", MAX_CONTEXT, byDefault);
  return window >= config.count("max_position_embeddings", MAX_CONTEXT)
    ? full
    : { ...full, kind: kind === CHUNKED ? "chunked" : "sliding", window: tokens(window) };
}

function denseFeedForward(config: Fields, differences: Differences): FeedForward {
  return {
    kind: "dense",
    intermediate: config.count("intermediate_size", MAX_INTERMEDIATE),
    gated: differences.gated ?? true,
    bias: differences.mlpBias ?? false,
  };
}
