/** What some of the cards may cost together, least first; each sum once. */
export function priceLevels(prices: readonly number[]): readonly number[] {
  const sums = new Set([0]);
  for (const price of prices) {
    for (const sum of [...sums]) {
      sums.add(sum + price);
    }
  }
  sums.delete(0);
  return [...sums].sort((a, b) => a - b);
}
