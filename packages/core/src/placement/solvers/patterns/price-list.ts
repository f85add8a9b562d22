import type { FleetIndex } from "../fleet-index.ts";
import type { PriceOf } from "../large/ways.ts";
import { cellsOf } from "./grid.ts";
import type { PatternLoads, Row } from "./pattern-loads.ts";

/** What a place of a kind costs. */
export type RowPrice = (row: Row) => number;

/** Places at the price of the largest of these that is no larger; smaller ones by their size. */
export function priceList({ rows, chains }: PatternLoads, prices: Float64Array): RowPrice {
  const known = new Map<string, readonly { readonly cells: number; readonly price: number }[]>();
  for (const chain of chains) {
    const { cardClass = -1, group = -1 } = rows[chain[0] ?? -1] ?? {};
    const own = chain.map((row) => ({ cells: rows[row]?.cells ?? 0, price: prices[row] ?? 0 }));
    known.set(`${cardClass} ${group}`, own);
  }
  return ({ cardClass, group, cells }) => {
    const own = known.get(`${cardClass} ${group}`) ?? [];
    const [least] = own;
    const before = own.findLast((one) => one.cells <= cells);
    const small = least === undefined ? 0 : (least.price * cells) / least.cells;
    return before?.price ?? small;
  };
}

/** What a need costs a search that does not tell models apart: the most that it costs any of them. */
export function pricesOfNeeds(
  { pools }: FleetIndex,
  at: { readonly cells: number; readonly loads: PatternLoads; readonly prices: Float64Array },
): PriceOf {
  const all = pools.reduce((sum, { cards }) => sum + cards.length, 0);
  const dearest = pools.map(() => new Float64Array(at.cells));
  at.loads.rows.forEach(({ cardClass, cells }, row) => {
    const own = dearest[cardClass];
    if (own !== undefined) {
      own[cells] = Math.max(own[cells] ?? 0, at.prices[row] ?? 0);
    }
  });
  for (const own of dearest) {
    for (let cells = 1; cells < at.cells; cells += 1) {
      own[cells] = Math.max(own[cells] ?? 0, own[cells - 1] ?? 0);
    }
  }
  return (cardClass, need) => {
    const cells = cellsOf(need, pools[cardClass]?.mostCapacity ?? 1, at.cells);
    return (dearest[cardClass]?.[cells] ?? 0) / all;
  };
}
