import type { FleetIndex } from "../fleet-index.ts";
import { ROUNDINGS } from "./rounding.ts";
import type { PriceOf } from "./ways.ts";

/** What a need costs at these prices of the roundings; each need is looked up once. */
export function priceFunction(fleet: FleetIndex, prices: Float64Array): PriceOf {
  const known = fleet.pools.map(() => new Map<number, number>());
  return (cardClass, need) => {
    const own = known[cardClass];
    const price = own?.get(need) ?? priceOf(fleet, prices, { cardClass, need });
    own?.set(need, price);
    return price;
  };
}

function priceOf(
  { pools }: FleetIndex,
  prices: Float64Array,
  { cardClass, need }: { readonly cardClass: number; readonly need: number },
): number {
  const pool = pools[cardClass];
  let price = 0;
  ROUNDINGS.forEach((rounding, k) => {
    const each = prices[cardClass * ROUNDINGS.length + k] ?? 0;
    price += each * rounding(need, pool?.mostCapacity ?? 1);
  });
  return price / (pool?.cards.length ?? 1);
}
