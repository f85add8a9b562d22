import { type Filled, fillExactly } from "./fill-exactly.ts";
import { groupsOf, type Judged, type Prices } from "./judge.ts";
import type { Pattern } from "./master.ts";
import { classesOfPools } from "./paid.ts";
import { cardAmount } from "./question.ts";
import type { Listed } from "./ways.ts";

/** Patterns of one pool that one round adds; more make fewer but slower rounds. */
const AT_ONCE = 3;
/** What gains less is no news. HiGHS' tolerance is 1e-7. */
const LEAST_GAIN = 1e-6;

/** New patterns that are worth more than their card, at these prices; they are `known` from now on. */
export function dearPatterns(
  listed: Listed,
  at: {
    readonly prices: Prices;
    /** What each pool's cards are worth. */
    readonly cards: Float64Array;
    readonly judged: Judged;
    readonly known: Set<string>;
  },
): readonly Pattern[] {
  const { question } = listed;
  const classOf = classesOfPools(listed);
  return at.judged.fillings.flatMap((first, pool) => {
    const used = question.limits.reduce(
      (sum, { measure }, i) => sum + cardAmount(measure, pool) * (at.prices.limits[i] ?? 0),
      0,
    );
    const paid = used + (at.prices.classes[classOf[pool] ?? -1] ?? 0);
    const least = paid + (at.cards[pool] ?? 0) + LEAST_GAIN;
    return severalFillings(listed, at.prices.places, { first, pool }).flatMap(({ places }) => {
      const worth = places.reduce((sum, place) => sum + (at.prices.places[place] ?? 0), 0);
      const key = `${pool}: ${places.join()}`;
      if (worth <= least || at.known.has(key)) {
        return [];
      }
      at.known.add(key);
      return [{ pool, places }];
    });
  });
}

/** The dearest filling, then again with what was taken at half its price. */
function severalFillings(
  listed: Listed,
  prices: Float64Array,
  { first, pool }: { readonly first: Filled; readonly pool: number },
): readonly Filled[] {
  const fillings = [first];
  const left = prices.slice();
  const room = listed.fleet.pools[pool]?.mostCapacity ?? 0;
  while (fillings.length < AT_ONCE) {
    for (const place of fillings.at(-1)?.places ?? []) {
      left[place] = (left[place] ?? 0) / 2;
    }
    fillings.push(fillExactly(groupsOf(listed, left, pool), room));
  }
  return fillings;
}
