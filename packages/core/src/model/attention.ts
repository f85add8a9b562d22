import { type Tokens, tokens } from "../units/units.ts";
import type { RecurrentMixer } from "./recurrent.ts";

/** What mixes the tokens of one layer; `none` where the layer is a feed-forward only (Nemotron-H, Nemotron-NAS). */
export type Attention =
  | HeadAttention
  | LatentAttention
  | CompressedAttention
  | RecurrentMixer
  | NoAttention;

/**
 * Attention by heads. Grouped-query and multi-query attention are `full` with fewer KV heads; `sliding`
 * keeps the last `window` tokens, `chunked` those of the current chunk of `window` tokens (Llama 4);
 * `bidirectional` is an encoder's: it keeps nothing.
 */
export interface HeadAttention {
  readonly kind: "full" | "sliding" | "chunked" | "bidirectional";
  readonly heads: number;
  readonly kvHeads: number;
  readonly headDim: number;
  /** Where values are narrower than keys (MiMo V2). */
  readonly valueHeadDim?: number;
  /** Tokens that a sliding or chunked layer keeps; absent for full attention. */
  readonly window?: Tokens;
  readonly qkvBias: boolean;
  readonly outBias: boolean;
  /**
   * Norms of q and k: one weight a head dimension (Qwen 3, Gemma 3), or one for every dimension of all heads
   * (OLMo 2, MiniMax M2, Command-R+).
   */
  readonly qkNorm: "none" | "head" | "whole";
  /** One learned logit a head that takes part in the softmax (gpt-oss). */
  readonly hasSinks?: boolean;
  /** A gate on the output: as wide as q (Qwen 3.5: in `q_proj`), or one number a head (Step 3.5). */
  readonly outputGate?: "element" | "head";
  /** Values are the keys before their norm, so there is no `v_proj`; both are cached (Gemma 4). */
  readonly keyIsValue?: boolean;
  /** Reads K and V that an earlier layer cached: has no projections of them and no cache (Gemma 3n). */
  readonly sharesKv?: boolean;
  /** Chooses the blocks that a query reads (MiniMax M3). */
  readonly indexer?: Indexer;
}

/** Multi-head latent attention: one latent of all heads is cached (DeepSeek V2, V3, Kimi K2, GLM-5). */
export interface LatentAttention {
  readonly kind: "mla";
  readonly heads: number;
  /** Rank of the query's low-rank form; 0 where the query is projected directly (V2-Lite). */
  readonly queryRank: number;
  readonly kvRank: number;
  readonly nopeHeadDim: number;
  readonly ropeHeadDim: number;
  readonly valueHeadDim: number;
  /** Biases of the down-projections and of the output. */
  readonly hasBias?: boolean;
  /** Chooses the tokens that a query reads (DeepSeek V3.2, GLM-5). */
  readonly indexer?: Indexer;
  /** How an engine has it that does not cache just the latent and keep just the model's own matrices. */
  readonly run?: LatentRun;
}

/** Latent attention as an engine runs it; absent keys are as the model has them. */
export interface LatentRun {
  /** K and V of every head are cached, each padded to so many elements, and no latent. */
  readonly cachedHeadDim?: number;
  /** Elements that a cached latent is rounded up to a multiple of. */
  readonly roundedTo?: number;
  /** Beside the matrices, their products that a decoding step multiplies with. */
  readonly absorbs?: boolean;
}

/** The lightning indexer of sparse attention; it caches one key of `headDim` a token. */
export interface Indexer {
  readonly heads: number;
  readonly headDim: number;
}

/**
 * DeepSeek V4: one KV head whose key is its value. The last `window` tokens are kept as they are, and of
 * every `ratio` tokens one compressed entry; 0 is a window alone.
 */
export interface CompressedAttention {
  readonly kind: "compressed";
  readonly heads: number;
  readonly headDim: number;
  readonly queryRank: number;
  /** The output is projected in `outGroups` groups of heads, each to `outRank`. */
  readonly outGroups: number;
  readonly outRank: number;
  readonly window: Tokens;
  readonly ratio: number;
  /** Neighbouring entries overlap: their projections are twice as wide. */
  readonly overlaps: boolean;
  readonly indexer?: Indexer;
}

export interface NoAttention {
  readonly kind: "none";
}

/** Query heads, which tensor parallelism divides; undefined where the layer has none. */
export function queryHeads(attention: Attention): number | undefined {
  return attention.kind !== "recurrent" && attention.kind !== "none" ? attention.heads : undefined;
}

/** Dimensions of a head that rotary embeddings may turn; undefined where the layer has no heads of attention. */
export function rotaryWidth(attention: Attention): number | undefined {
  switch (attention.kind) {
    case "mla":
      return attention.ropeHeadDim;
    case "recurrent":
    case "none":
      return undefined;
    default:
      return attention.headDim;
  }
}

/**
 * Elements that one more token adds to this layer's KV cache on one of `tp` ranks: K and V, the latent,
 * or a share of a compressed entry. What a sequence holds in a fixed size is `recurrentState`'s.
 */
export function kvElementsPerToken(attention: Attention, tp: number): number {
  switch (attention.kind) {
    case "full":
    case "sliding":
    case "chunked":
      return attention.sharesKv === true ? 0 : headElements(attention, tp);
    case "mla":
      return latentElements(attention, tp);
    case "compressed":
      return attention.headDim / Math.max(1, attention.ratio);
    case "bidirectional":
    case "recurrent":
    case "none":
      return 0;
    default:
      return attention satisfies never;
  }
}

/** The latent belongs to all heads, so every rank keeps all of it; engines of before cached the heads. */
function latentElements({ heads, kvRank, ropeHeadDim, run }: LatentAttention, tp: number): number {
  if (run?.cachedHeadDim !== undefined) {
    return 2 * Math.ceil(heads / tp) * run.cachedHeadDim;
  }
  const step = run?.roundedTo ?? 1;
  return Math.ceil((kvRank + ropeHeadDim) / step) * step;
}

/** K and V of one token on one of `tp` ranks. A rank holds whole heads: with more ranks than heads, heads are copied. */
export function headElements(attention: HeadAttention, tp: number): number {
  const { kvHeads, headDim, valueHeadDim = headDim } = attention;
  return Math.ceil(kvHeads / tp) * (headDim + valueHeadDim);
}

/**
 * Bytes that an indexer caches for one token on every rank: FP8 keys with one FP32 scale for 128 elements
 * (reference/trtllm-memory.md, section 3: 132 B for a key of 128).
 */
export function indexerBytesPerToken(attention: Attention): number {
  const indexer = "indexer" in attention ? attention.indexer : undefined;
  const entries = attention.kind === "compressed" ? 1 / Math.max(1, attention.ratio) : 1;
  return indexer === undefined
    ? 0
    : entries * (indexer.headDim + FP32 * Math.ceil(indexer.headDim / SCALE_BLOCK));
}

const FP32 = 4;
const SCALE_BLOCK = 128;

/** Tokens of a sequence of this length that the layer can still read from its cache. */
export function heldTokens(attention: Attention, length: Tokens): Tokens {
  const window = windowOf(attention);
  return window === undefined ? length : tokens(Math.min(length, window));
}

/** Tokens after which the layer's cache stops growing; undefined where it grows with the sequence. */
export function windowOf(attention: Attention): Tokens | undefined {
  switch (attention.kind) {
    case "sliding":
    case "chunked":
      return attention.window;
    case "compressed":
      return attention.ratio === 0 ? attention.window : undefined;
    default:
      return undefined;
  }
}
