/** Two ranks of a replica that send to each other. */
export interface Crossing {
  readonly from: number;
  readonly to: number;
  /** How much the link between them counts. */
  readonly times: number;
}

/**
 * The pairs of ranks that talk: all of a tensor parallel group, and each rank with the same one of the next stage.
 * Rank r = stage · tp + tp rank.
 */
export function crossingsOf(tp: number, ranks: number): readonly Crossing[] {
  const crossings: Crossing[] = [];
  for (let from = 0; from < ranks; from += 1) {
    const next = from - (from % tp) + tp;
    for (let to = from + 1; to < Math.min(next, ranks); to += 1) {
      crossings.push({ from, to, times: GROUP_TIMES });
    }
    if (from + tp < ranks) {
      crossings.push({ from, to: from + tp, times: 1 });
    }
  }
  return crossings;
}

/**
 * A group adds up its ranks' parts twice a layer, after attention and after the feed-forward; a stage hands on once
 * what all its layers made. Even with one layer a stage, a group's link is used twice as often.
 */
export const GROUP_TIMES = 2;

/** Weak links that a replica's ranks cross, each as often as it counts; `weakness` is of two ranks. */
export function linksCrossed(
  { tp, ranks }: { readonly tp: number; readonly ranks: number },
  weakness: (from: number, to: number) => number,
): number {
  return crossingsOf(tp, ranks).reduce(
    (sum, { from, to, times }) => sum + times * weakness(from, to),
    0,
  );
}
