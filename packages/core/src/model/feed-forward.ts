/** What follows attention in a layer; `none` where the layer is a mixer only (Nemotron-H, Nemotron-NAS). */
export type FeedForward = DenseFeedForward | MoeFeedForward | NoFeedForward;

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
  /** As in a dense feed-forward; true where absent. */
  readonly gated?: boolean;
  /** Biases of experts and router (gpt-oss). */
  readonly bias?: boolean;
  /** Biases of the shared experts (ERNIE 4.5). */
  readonly sharedBias?: boolean;
  /** Experts work on a projection of this width (Nemotron 3 Super). */
  readonly latent?: number;
  /** Biases of that projection and of the one back. */
  readonly latentBias?: boolean;
  /** Vectors that the router has besides its matrix: learned scales (Gemma 4), biases that are trained. */
  readonly routerExtra?: number;
  /** A dense feed-forward beside the experts, its output added to theirs (Gemma 4). */
  readonly beside?: DenseFeedForward;
}

export interface NoFeedForward {
  readonly kind: "none";
}
