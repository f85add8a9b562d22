/** What may be known of why no replica is on a card. */
export const EMPTY_CODES = [
  "no-room",
  "power",
  "gpus",
  "labels",
  "too-small",
  "slow",
  "unplaced",
  "rates-carried",
  "rates-tried",
  "replicas-placed",
  "fewest-cards",
  "least-cost",
] as const;

/** Why no replica is on a card. */
export interface EmptyReason {
  readonly code: (typeof EMPTY_CODES)[number];
  readonly text: string;
}

/** A card that no replica is on. */
export interface EmptyCard {
  readonly gpu: string;
  /** What is known of why; none where nothing is. */
  readonly reasons: readonly EmptyReason[];
}

export interface EmptyCards {
  /** Cards that no replica is on, and why as far as is known; absent where all are in use, and in plans of earlier versions. */
  readonly emptyCards?: readonly EmptyCard[];
}

/** As people read it: "left empty", and why as far as is known. */
export function emptyCardText({ reasons }: Pick<EmptyCard, "reasons">): string {
  const texts = reasons.map(({ text }) => text);
  return texts.length === 0 ? "left empty" : `left empty: ${texts.join("; ")}`;
}
