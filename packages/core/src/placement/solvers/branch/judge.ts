import { cheapestTaken } from "./cheapest-taken.ts";
import type { Domain } from "./domain.ts";
import { type Filled, fillExactly, type SlotGroup } from "./fill-exactly.ts";
import { classesOfPools } from "./paid.ts";
import { cardAmount, caseAmount, type Measure, priceAmount, wayAmount } from "./question.ts";
import type { Listed, State, Way } from "./ways.ts";

/** Prices of places, of each limit's measure, and of using a card of each class; none below 0. */
export interface Prices {
  readonly places: Float64Array;
  readonly limits: Float64Array;
  readonly classes: Float64Array;
}

/** What prices say of every layout. */
export interface Judged {
  /** Above 0 only where there is no layout in the domain. */
  readonly bound: number;
  /** The dearest filling of a card of each pool. */
  readonly fillings: readonly Filled[];
}

/**
 * Any prices give a bound (Lagrange): a layout takes places for its ways that are worth no more than its cards are,
 * filled as dear as can be, and no more of each measure than its limit. So where the ways that are cheapest at these
 * prices cost more than the cards and the limits do there is none. Whatever gave the prices is not relied on.
 */
export function judge(listed: Listed, domain: Domain, given: Prices): Judged {
  const { fleet, question, statesOf, classes } = listed;
  const prices = { ...given, places: lifted(listed, given.places) };
  const tag = new PriceTag(listed, prices);
  const classOf = classesOfPools(listed);
  const fillings = fleet.pools.map((_, pool) =>
    fillExactly(groupsOf(listed, prices.places, pool), fleet.pools[pool]?.mostCapacity ?? 0),
  );
  let bound = statesOf.reduce((sum, own) => sum + cheapestState(listed, domain, { own, tag }), 0);
  fillings.forEach(({ worth }, pool) => {
    const used = tag.of((measure) => cardAmount(measure, pool));
    const paid = used + (prices.classes[classOf[pool] ?? -1] ?? 0);
    bound -= (fleet.pools[pool]?.cards.length ?? 0) * Math.max(0, worth - paid);
  });
  classes.forEach(({ cost }, own) => {
    // what a card costs, less what is paid for its use
    const rest = tag.of((measure) => priceAmount(measure, cost)) - (prices.classes[own] ?? 0);
    const used = rest > 0 ? domain.least : domain.most;
    bound += rest * (used[domain.classes + own] ?? 0);
  });
  question.limits.forEach(({ most }, i) => {
    bound -= most * (prices.limits[i] ?? 0);
  });
  return { bound, fillings };
}

const NONE = new Float64Array(0);

/** Whether the domain leaves some model without a state or its replicas without ways. */
export function isContradictory(listed: Listed, domain: Domain): boolean {
  const free = { places: new Float64Array(listed.places.length), limits: NONE, classes: NONE };
  const tag = new PriceTag(listed, free);
  return listed.statesOf.some(
    (own) => cheapestState(listed, domain, { own, tag }) === Number.POSITIVE_INFINITY,
  );
}

/** The places of a pool by model, with what they are worth. */
export function groupsOf(listed: Listed, worth: Float64Array, pool: number): readonly SlotGroup[] {
  const { chains, places, question, fleet } = listed;
  return chains.flatMap((chain): SlotGroup[] => {
    const first = places[chain[0] ?? -1];
    const model = question.models[first?.asked ?? -1]?.model ?? -1;
    const slots = chain.map((place) => ({
      place,
      need: places[place]?.need ?? 0,
      worth: worth[place] ?? 0,
    }));
    return first?.pool === pool ? [{ slots, model, conflicts: fleet.conflicts[model] ?? [] }] : [];
  });
}

/** A larger place is worth no less than a smaller one of its chain; nothing is worth less than nothing. */
function lifted({ chains }: Listed, known: Float64Array): Float64Array {
  const prices = new Float64Array(known.length);
  for (const chain of chains) {
    let price = 0;
    for (const place of chain) {
      price = Math.max(price, known[place] ?? 0);
      prices[place] = price;
    }
  }
  return prices;
}

/** What things cost at the prices of the limits. */
class PriceTag {
  private readonly prices: Prices;
  private readonly weights: readonly { readonly measure: Measure; readonly price: number }[];

  constructor({ question }: Listed, prices: Prices) {
    this.prices = prices;
    this.weights = question.limits
      .map(({ measure }, i) => ({ measure, price: prices.limits[i] ?? 0 }))
      .filter(({ price }) => price !== 0);
  }

  of(amount: (measure: Measure) => number): number {
    return this.weights.reduce((sum, { measure, price }) => sum + price * amount(measure), 0);
  }

  ofState({ own }: State): number {
    return this.of((measure) => caseAmount(measure, own));
  }

  ofWay(way: Way): number {
    const measured = this.of((measure) => wayAmount(measure, way));
    return way.places.reduce(
      (sum, { place, count }) => sum + count * (this.prices.places[place] ?? 0),
      measured,
    );
  }
}

/** Least that a model costs in the domain; infinite where no state is left. */
function cheapestState(
  listed: Listed,
  domain: Domain,
  { own, tag }: { readonly own: readonly number[]; readonly tag: PriceTag },
): number {
  const forced = own.filter((state) => isForced(listed, domain, state));
  const open = own.filter(
    (state) => (domain.most[domain.states + state] ?? 0) > 0 && forced.every((o) => o === state),
  );
  return open.reduce(
    (least, state) => Math.min(least, costOfState(listed, domain, { state, tag })),
    Number.POSITIVE_INFINITY,
  );
}

function isForced({ states, groups }: Listed, domain: Domain, state: number): boolean {
  const { least } = domain;
  return (
    (least[domain.states + state] ?? 0) > 0 ||
    states[state]?.ways.some((way) => (least[way] ?? 0) > 0) === true ||
    groups.some((group, g) => group.state === state && (least[domain.groups + g] ?? 0) > 0)
  );
}

/** All its replicas by the cheapest ways that the domain allows. */
function costOfState(
  { states, ways, groups }: Listed,
  domain: Domain,
  { state, tag }: { readonly state: number; readonly tag: PriceTag },
): number {
  const one = states[state];
  if (one === undefined) {
    return Number.POSITIVE_INFINITY;
  }
  const costOf = (way: number): number => {
    const known = ways[way];
    return known === undefined ? Number.POSITIVE_INFINITY : tag.ofWay(known);
  };
  const cost = cheapestTaken(domain, {
    groups,
    ways: one.ways,
    replicas: one.replicas,
    state,
    costOf,
  });
  return tag.ofState(one) + cost;
}
