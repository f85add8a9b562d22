import type { PatternLoads } from "./pattern-loads.ts";

/** Each place at what the largest known place costs that is no larger and serves the same models, if there is one. */
export function lift({ rows, chains }: PatternLoads, known: Float64Array): Float64Array {
  const prices = new Float64Array(rows.length);
  for (const chain of chains) {
    let price = 0;
    for (const row of chain) {
      price = Math.max(price, known[row] ?? 0);
      prices[row] = price;
    }
  }
  return prices;
}
