/**
 * What a step costs beyond its roofline, and how near its parts come to it, for one engine on one generation of
 * cards. Fitted by `scripts/fit-speed.ts`; rates are shares of a card's peak, in (0, 1].
 */
export interface SpeedConstants {
  /** Of every step: scheduling, sampling, the launch of its graph. */
  readonly stepSeconds: number;
  /** Of every layer, however little it computes. */
  readonly layerSeconds: number;
  /** More of it where queries and keys are normed. */
  readonly normedLayerSeconds: number;
  /** More of it where experts are routed. */
  readonly expertLayerSeconds: number;
  /** More of it where a latent is cached (MLA). */
  readonly latentLayerSeconds: number;
  /** Of every sequence of a step. */
  readonly sequenceSeconds: number;
  /** Of every exchange between the ranks of a group, however short. */
  readonly collectiveSeconds: number;
  /** Memory bandwidth that reading dense weights, routed experts and the KV cache reaches. */
  readonly denseBandwidth: number;
  readonly expertBandwidth: number;
  readonly kvBandwidth: number;
  /** Peak operations that matrices, experts' matrices and attention over a prompt reach. */
  readonly denseCompute: number;
  readonly expertCompute: number;
  readonly attentionCompute: number;
  /**
   * Operations of the plain cores that widen stored weights, for each operation of the tensor cores: kernels of
   * weight-only formats unpack them for every block of tokens. Not fitted; the same everywhere.
   */
  readonly wideningWork: number;
  /** Link bandwidth that exchanges reach over NVLink. */
  readonly linkBandwidth: number;
  /** Tokens that choose their experts independently, of all tokens of a step: routing is uneven. */
  readonly routingSpread: number;
  /** From arrival to the first token beside all steps: the server, tokenising, streaming. */
  readonly firstTokenSeconds: number;
  /** Of a step that reads prompts, for each layer, and more for each with experts or a latent. */
  readonly promptLayerSeconds: number;
  readonly promptExpertLayerSeconds: number;
  readonly promptLatentLayerSeconds: number;
  /** Steps that a prompt waits for under attention data-parallelism, so that ranks start prompts together. */
  readonly attentionDpSteps: number;
  /** Prompts that start together under a load test of fixed concurrency, for each of its sequences. */
  readonly startsTogether: number;
  /** Tokens that a step keeps of the four that it verifies where the model drafts three (MTP). */
  readonly acceptedOfFour: number;
}

/** Ratios of measured to predicted times between which 95 % of the rows lie that the constants were fitted to. */
export interface SpeedBounds {
  readonly tpot: readonly [low: number, high: number];
  readonly ttft: readonly [low: number, high: number];
}
