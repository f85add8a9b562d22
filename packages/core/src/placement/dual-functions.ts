/**
 * The part of a card, in [0, 1], that a rank counts for: whatever ranks share a card, their parts add up to 1 at most.
 * S. P. Fekete, J. Schepers: New classes of fast lower bounds for bin packing problems, Mathematical Programming 91, 2001.
 */
export type DualFunction = (needBytes: number, haveBytes: number) => number;

/** Least parts of a card that count at all, in the second family; those below make room for others to count whole. */
const LEAST_PARTS = [1 / 2, 2 / 5, 1 / 3, 1 / 4, 1 / 5, 1 / 8];

/** Cuts of a card, in the first family: 1 counts more than half as all. */
const CUTS = [1, 2, 3, 4, 5];

/** Bytes as they are, and those that round ranks to simple parts of a card. */
export const DUAL_FUNCTIONS: readonly DualFunction[] = [
  (need, have) => need / have,
  ...CUTS.map(rounded),
  ...LEAST_PARTS.map(lifted),
];

/** u(k): whole multiples of 1 / (k + 1) stay, the others are rounded down to one, as a part of k. */
function rounded(cuts: number): DualFunction {
  return (need, have) => {
    const times = (cuts + 1) * need;
    const rest = times % have;
    return rest === 0 ? need / have : (times - rest) / have / cuts;
  };
}

/** U(ε): less than ε counts nothing, more than 1 - ε counts as all. */
function lifted(least: number): DualFunction {
  return (need, have) => {
    if (need > (1 - least) * have) {
      return 1;
    }
    return need < least * have ? 0 : need / have;
  };
}
