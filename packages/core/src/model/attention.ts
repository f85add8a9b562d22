import { type Tokens, tokens } from "../units/units.ts";

/**
 * How one layer attends. Grouped-query and multi-query attention are `full` with fewer KV heads;
 * `sliding` keeps the last `window` tokens; `mla` keeps one latent of all heads (DeepSeek).
 */
export type Attention = HeadAttention | LatentAttention;

export interface HeadAttention {
  readonly kind: "full" | "sliding";
  readonly heads: number;
  readonly kvHeads: number;
  readonly headDim: number;
  /** Tokens that a sliding layer keeps; absent for full attention. */
  readonly window?: Tokens;
  readonly qkvBias: boolean;
  readonly outBias: boolean;
  /** RMS norms of q and k, one weight a head dimension each (Qwen 3, Gemma 3). */
  readonly qkNorm: boolean;
}

export interface LatentAttention {
  readonly kind: "mla";
  readonly heads: number;
  /** Rank of the query's low-rank form; 0 where the query is projected directly (V2-Lite). */
  readonly queryRank: number;
  readonly kvRank: number;
  readonly nopeHeadDim: number;
  readonly ropeHeadDim: number;
  readonly valueHeadDim: number;
}

/** Elements that one token keeps in this layer's KV cache on one of `tp` ranks: K and V, or the latent. */
export function kvElementsPerToken(attention: Attention, tp: number): number {
  switch (attention.kind) {
    case "full":
    case "sliding":
      // a rank holds whole heads: with more ranks than heads, heads are copied
      return 2 * Math.ceil(attention.kvHeads / tp) * attention.headDim;
    case "mla":
      // the latent belongs to all heads, so every rank keeps all of it
      return attention.kvRank + attention.ropeHeadDim;
    default:
      return attention satisfies never;
  }
}

/** Tokens of a sequence of this length that the layer can still read. */
export function heldTokens(attention: Attention, length: Tokens): Tokens {
  return attention.kind === "sliding" && attention.window !== undefined
    ? tokens(Math.min(length, attention.window))
    : length;
}
