import type { LargestImage } from "../../model/largest-image.ts";
import { copied, type Tensor, vector } from "../../model/tensor.ts";
import type { Fields } from "../fields.ts";
import type { Dimensions } from "../hf-families/family.ts";
import { MAX_HEADS, MAX_HIDDEN, MAX_INTERMEDIATE, MAX_LAYERS } from "../limits.ts";
import type { EncoderShape } from "./encoder.ts";

/** What a tower is read from. */
export interface TowerFields {
  /** `vision_config` or `audio_config`. */
  readonly tower: Fields;
  readonly whole: Fields;
  /** Of the language model. */
  readonly text: Dimensions;
}

export interface Tower {
  /** The config's outer `model_type`s. */
  readonly modelTypes: readonly string[];
  readonly key: "vision_config" | "audio_config";
  /** Whether transformers' class for text generation has it, and so the published count. */
  readonly isCounted: boolean;
  readonly defaults?: Readonly<Record<string, unknown>>;
  readonly names?: Readonly<Record<string, string>>;
  /** The tower that a config has which says nothing of one. */
  readonly implied?: Readonly<Record<string, unknown>>;
  /** Whether the head is the embedding where the config, outside of its parts, does not say; else the text part decides. */
  readonly ties?: boolean;
  /** Whether the text part's word for it counts where the config outside does not say it: earlier files have it there. */
  readonly tiesByText?: true;
  tensors(fields: TowerFields): readonly Tensor[];
  /** Absent where the preprocessor's defaults are not known. */
  image?(fields: TowerFields): LargestImage;
}

/** The shape of most towers, from the usual keys. */
export function commonShape(
  tower: Fields,
  traits: Partial<EncoderShape>,
): EncoderShape & { readonly headDim: number } {
  const hidden = tower.count("hidden_size", MAX_HIDDEN);
  const heads = tower.count("num_attention_heads", MAX_HEADS);
  if (hidden % heads !== 0) {
    throw tower.bad("num_attention_heads", `expected a divisor of ${hidden}, got ${heads}`);
  }
  return {
    layers: tower.count("num_hidden_layers", MAX_LAYERS),
    hidden,
    heads,
    headDim: hidden / heads,
    intermediate: tower.count("intermediate_size", MAX_INTERMEDIATE),
    ...traits,
  };
}

/** The largest edge seen: 2016 pixels (MiniMax M3), in patches of 14 or 16. */
const MAX_EDGE = 65_536;

/** Edge of a patch, and of the image, in pixels; a pair of equal numbers counts as one. */
export function edge(tower: Fields, key: string): number {
  const pair = tower.raw(key);
  return Array.isArray(pair) ? firstOf(tower, key) : tower.count(key, MAX_EDGE);
}

function firstOf(tower: Fields, key: string): number {
  const [first = 0] = tower.counts(key, MAX_EDGE);
  if (first === 0) {
    throw tower.bad(key, "expected positive integers");
  }
  return first;
}

/** The matrix that turns patches of pixels into vectors. */
export function patches(
  name: string,
  shape: { readonly hidden: number; readonly edge: number; readonly frames?: number },
  hasBias: boolean,
): readonly Tensor[] {
  const inputs = CHANNELS * (shape.frames ?? 1) * shape.edge ** 2;
  return matrix(name, { out: shape.hidden, in: inputs }, hasBias);
}

/** Red, green, blue. */
export const CHANNELS = 3;

/** A matrix, with its bias or without. */
export function matrix(
  name: string,
  shape: { readonly out: number; readonly in: number },
  hasBias = false,
): readonly Tensor[] {
  return [
    copied(name, "vision", shape),
    ...(hasBias ? [vector(`${name}.bias`, "vision", shape.out)] : []),
  ];
}

/** A norm's weight, and its bias where it has one. */
export function norm(name: string, width: number, hasBias: boolean): readonly Tensor[] {
  return [vector(name, "vision", hasBias ? 2 * width : width)];
}
