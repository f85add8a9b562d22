import type { Card } from "../../placement/problem.ts";
import { CardStock } from "./card-stock.ts";
import { carriedApart } from "./carried-apart.ts";
import { doCarryTogether } from "./carried-together.ts";
import { MOST_EACH, type ReplicaWay, type WayServes } from "./replica-ways.ts";
import type { Size } from "./sizes.ts";

/** Replicas that run alike but for their cards, and what they come to if they have these for themselves. */
export interface Mix {
  readonly group: string;
  readonly size: Size;
  readonly preference: number;
  readonly cards: number;
  readonly price: number;
  /** Requests a second within the targets, after the worst loss that is to be outlived; at least so many. */
  readonly carries: number;
  readonly isEnough: boolean;
}

/** What is asked of the replicas of one model. */
export interface MixAsk {
  /** Requests a second; more are to be carried. */
  readonly need: number;
  readonly cards: readonly Pick<Card, "cardClass" | "host">[];
  readonly leastReplicas: number;
  readonly mostReplicas: number;
  /** Replicas that one loss takes of so many. */
  readonly lostOf: (replicas: number) => number;
  /** Sequences wanted by all replicas together, and their batch, where the fleet file says. */
  readonly wanted: number | undefined;
  readonly batch: number | undefined;
  /** What goes before precisions is what cards cost. */
  readonly isPriced: boolean;
}

/**
 * The best mix of each group of ways, best first: those that carry what is needed, by what their cards cost or by how
 * they are liked, then by cards, replicas and sequences; where none do, the one that carries most.
 */
export function mixesFor(ways: readonly ReplicaWay[], ask: MixAsk): readonly Mix[] {
  const compare = (a: Mix, b: Mix): number => compareMixes(a, b, ask);
  return groupsOf(ways)
    .flatMap((own) => bestOf(own, ask, compare) ?? [])
    .sort(compare);
}

/** Ways that differ in their cards alone, together. */
export function groupsOf(ways: readonly ReplicaWay[]): readonly (readonly ReplicaWay[])[] {
  const groups = new Map<string, ReplicaWay[]>();
  for (const way of ways) {
    groups.set(way.group, [...(groups.get(way.group) ?? []), way]);
  }
  return [...groups.values()];
}

function compareMixes(a: Mix, b: Mix, { isPriced }: MixAsk): number {
  const key = ({ size, preference, cards, price, carries, isEnough }: Mix): readonly number[] => [
    isEnough ? 0 : 1,
    isEnough ? 0 : -carries,
    ...(isPriced ? [price, cards, preference] : [preference, cards]),
    size.replicas,
    size.each ?? 0,
  ];
  const other = key(b);
  return key(a).reduce((found, value, i) => found || value - (other[i] ?? 0), 0);
}

type Compare = (a: Mix, b: Mix) => number;

/** With the fewest sequences that do as well as any number does. */
function bestOf(group: readonly ReplicaWay[], ask: MixAsk, compare: Compare): Mix | undefined {
  if (ask.wanted !== undefined) {
    return fewest(group, ask, undefined, compare);
  }
  const rooms = [...new Set(group.map(({ room }) => room))];
  const tried = rooms.flatMap((each) => fewest(group, ask, each, compare) ?? []);
  const [best] = tried.toSorted(compare);
  if (best?.size.each === undefined) {
    return best;
  }
  const ladder = powersBelow(best.size.each);
  let found = best;
  let [low, high] = [0, ladder.length];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const mix = fewest(group, ask, ladder[middle], compare);
    const isAsGood = mix !== undefined && compare(mix, found) <= 0;
    found = isAsGood ? mix : found;
    [low, high] = isAsGood ? [low, middle] : [middle + 1, high];
  }
  return found;
}

function powersBelow(most: number): readonly number[] {
  return powersTo(most).filter((each) => each < most);
}

/** Sequences of a replica that are tried: powers of two, the largest that its cards have room for last. */
export function powersTo(room: number): readonly number[] {
  const powers = Array.from({ length: 32 - Math.clz32(MOST_EACH) }, (_, i) => 2 ** i);
  return powers.filter((each) => each <= room);
}

/** With the fewest replicas that are enough, or the cheapest of any number, or as many as carry most. */
function fewest(
  group: readonly ReplicaWay[],
  ask: MixAsk,
  each: number | undefined,
  compare: Compare,
): Mix | undefined {
  const { leastReplicas, mostReplicas, isPriced } = ask;
  const mixOf = (replicas: number): Mix => mixWith(group, ask, { each, replicas });
  const most = replicasOf(group, ask, { each, replicas: mostReplicas }).length;
  const cheapest = Math.min(...group.map(({ price }) => price));
  const isLast = (best: Mix, replicas: number): boolean =>
    best.isEnough && (!isPriced || cheapest * replicas >= best.price);
  let best: Mix | undefined;
  let before = leastReplicas - 1;
  let n = leastReplicas;
  while (n <= most && (best === undefined || !isLast(best, n))) {
    const mix = mixOf(n);
    const found = mix.isEnough ? fewestAbove(before, mix, mixOf) : mix;
    best = best === undefined || compare(found, best) < 0 ? found : best;
    before = n;
    n = n === most ? n + 1 : Math.min(most, n + Math.max(1, Math.floor(n / STEP)));
  }
  return best;
}

/** One step of the search for enough is this part of the replicas that were tried: 32 are tried one by one. */
const STEP = 16;

function fewestAbove(tooFew: number, found: Mix, mixOf: (replicas: number) => Mix): Mix {
  let [short, enough] = [tooFew, found];
  while (enough.size.replicas - short > 1) {
    const mix = mixOf(Math.floor((short + enough.size.replicas) / 2));
    [short, enough] = mix.isEnough ? [short, mix] : [mix.size.replicas, enough];
  }
  return enough;
}

interface Wish {
  readonly each: number | undefined;
  readonly replicas: number;
}

interface Taken {
  readonly way: ReplicaWay;
  readonly serves: WayServes;
}

function mixWith(group: readonly ReplicaWay[], ask: MixAsk, wish: Wish): Mix {
  const { need, lostOf } = ask;
  const { each, replicas } = wish;
  const taken = replicasOf(group, ask, wish);
  const strongest = taken.toSorted((a, b) => rateOf(b) - rateOf(a));
  const left = strongest.slice(lostOf(replicas));
  const apart = Math.min(carriedApart(servesOf(taken)), carriedApart(servesOf(left)));
  const isTogether = apart <= need && [taken, left].every((own) => doCarryTogether(own, need));
  const carries = isTogether ? need * JUST_MORE : apart;
  const batch = Math.max(...taken.map(({ serves }) => serves.batch));
  return {
    group: group[0]?.group ?? "",
    size: each === undefined ? { replicas } : { replicas, each, batch },
    preference: Math.max(...taken.map(({ way }) => way.preference)),
    cards: taken.reduce((sum, { way }) => sum + way.ranks, 0),
    price: taken.reduce((sum, { way }) => sum + way.price, 0),
    carries,
    isEnough: carries > need,
  };
}

/** What is known to be carried where only that it is enough was asked. */
const JUST_MORE = 1 + Number.EPSILON;

function servesOf(taken: readonly Taken[]): readonly WayServes[] {
  return taken.map(({ serves }) => serves);
}

function rateOf({ serves }: Taken): number {
  return serves.withinTargetsPerSecond;
}

/**
 * As many replicas as are wished for, or as there are cards for: as solvers take them, those that carry an equal part of
 * what is needed first, the cheapest or fastest of them, and those that miss a target whatever its rate last.
 */
function replicasOf(group: readonly ReplicaWay[], ask: MixAsk, wish: Wish): readonly Taken[] {
  const { cards, wanted, batch, isPriced, need, lostOf } = ask;
  const { each, replicas } = wish;
  const own = each ?? Math.ceil((wanted ?? 1) / replicas);
  const ways = group
    .filter(({ room }) => each === undefined || room >= each)
    .map((way) => ({
      way,
      serves: way.serves(Math.min(own, way.room), batch ?? (each === undefined ? own : undefined)),
    }));
  const part = need / Math.max(1, replicas - lostOf(replicas));
  const lacks = (one: Taken): number => Math.max(0, part - rateOf(one));
  const price = ({ way }: Taken): number => (isPriced ? way.price : 0);
  ways.sort((a, b) => lacks(a) - lacks(b) || price(a) - price(b) || rateOf(b) - rateOf(a));
  const stock = new CardStock(cards);
  const taken: Taken[] = [];
  for (const one of ways) {
    while (taken.length < replicas && stock.take(one.way.cards)) {
      taken.push(one);
    }
  }
  return taken;
}
