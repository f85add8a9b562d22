import type { PlacementProblem } from "./problem.ts";

/** What one step of a price counts for where cards in use count for 1 each: more than all of them together. */
export function priceStep({ cards }: Pick<PlacementProblem, "cards">): number {
  return cards.length + 1;
}
