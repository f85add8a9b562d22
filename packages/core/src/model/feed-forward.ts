/** What follows attention in a layer. */
export type FeedForward = DenseFeedForward | MoeFeedForward;

export interface DenseFeedForward {
  readonly kind: "dense";
  readonly intermediate: number;
  /** Gate and up projection (SwiGLU, GeGLU) instead of one up projection. */
  readonly gated: boolean;
  readonly bias: boolean;
}

export interface MoeFeedForward {
  readonly kind: "moe";
  readonly experts: number;
  /** Experts that one token visits. */
  readonly active: number;
  /** Width of one routed expert. */
  readonly intermediate: number;
  /** Width of all shared experts together; 0 without them. */
  readonly sharedIntermediate: number;
  /** One more hidden-wide vector that gates the shared expert (Qwen 2 MoE). */
  readonly sharedGate: boolean;
}
