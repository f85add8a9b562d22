/**
 * Cells that a need takes of a card that has `cells - 1`: the most whole cells below the need's part of `cells`.
 * Needs that fit into a card together take no more cells than it has: of needs n with Σ n ≤ C each takes fewer than
 * n · cells / C cells, so that all together take fewer than `cells`. What is more than 1/k of the card takes at
 * least cells/k where k divides `cells`, so that k such never fit.
 */
export function cellsOf(need: number, capacity: number, cells: number): number {
  return Math.max(0, Math.ceil((need * cells) / capacity) - 1);
}
