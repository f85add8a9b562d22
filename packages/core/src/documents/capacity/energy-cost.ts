/** What it takes to run; per million tokens that are read or written. */
export interface EnergyCost {
  /** The power limits of its cards, shared out among the engines on each: an upper bound. */
  readonly watts: number;
  /** Absent where it serves no tokens. */
  readonly kwhPerMillionTokens?: number;
  /** In the currency of the prices; absent without any. */
  readonly costPerMillionTokens?: number;
}
