import { priceStep } from "../price-step.ts";
import type { Demand, Option, PlacementProblem } from "../problem.ts";
import { mostOnHost } from "../survive.ts";
import type { Work } from "../work.ts";
import { type HostLimits, hostLimitsOf } from "./host-limits.ts";

/** Cards of one class, by position in the problem. */
interface Pool {
  readonly cardClass: string;
  readonly cards: readonly number[];
  readonly leastCapacity: number;
  readonly mostCapacity: number;
  /** What each of its cards costs in use; none where prices are no matter. */
  readonly price: number | undefined;
  /** Hosts that its cards are on. */
  readonly hosts: readonly string[];
}

/** The problem with names turned into positions; made once, shared by all searches. */
export interface FleetIndex {
  readonly problem: PlacementProblem;
  readonly pools: readonly Pool[];
  readonly poolOf: ReadonlyMap<string, number>;
  readonly capacities: readonly number[];
  /** What each card counts for when it is in use: 1, and what it costs so many times that it outweighs all cards. */
  readonly cardPrices: readonly number[];
  /** conflicts[a][b]: models a and b may not share a card, for either's sake. */
  readonly conflicts: readonly (readonly boolean[])[];
  readonly hosts: HostLimits;
  /** Pools that may be swapped without changing the problem share a number. */
  readonly mirrors: readonly number[];
  /** Where listing ways is counted and limited; not at all unless given. */
  readonly work?: Work;
}

export function indexFleet(problem: PlacementProblem, work?: Work): FleetIndex {
  const pools = poolsOf(problem);
  const poolOf = new Map(pools.map((pool, i) => [pool.cardClass, i]));
  const step = priceStep(problem);
  let mirrors: readonly number[] | undefined;
  return {
    problem,
    ...(work === undefined ? {} : { work }),
    pools,
    poolOf,
    capacities: problem.cards.map((card) => card.capacity),
    cardPrices: problem.cards.map(({ price = 0 }) => price * step + 1),
    hosts: hostLimitsOf(problem),
    conflicts: problem.demands.map((a, i) =>
      problem.demands.map((b, j) => i !== j && inConflict(a, b)),
    ),
    get mirrors() {
      mirrors ??= mirrorsOf(problem, pools);
      return mirrors;
    },
  };
}

function poolsOf(problem: PlacementProblem): Pool[] {
  const byClass = new Map<string, number[]>();
  problem.cards.forEach((card, i) => {
    const cards = byClass.get(card.cardClass) ?? [];
    cards.push(i);
    byClass.set(card.cardClass, cards);
  });
  return [...byClass].map(([cardClass, cards]) => {
    const capacities = cards.map((i): number => problem.cards[i]?.capacity ?? 0);
    return {
      cardClass,
      cards,
      leastCapacity: capacities.reduce((a, b) => Math.min(a, b)),
      mostCapacity: capacities.reduce((a, b) => Math.max(a, b)),
      price: problem.cards[cards[0] ?? -1]?.price,
      hosts: [...new Set(cards.flatMap((i) => problem.cards[i]?.host ?? []))],
    };
  });
}

function inConflict(a: Demand, b: Demand): boolean {
  return a.isExclusive || b.isExclusive || a.avoids.includes(b.model) || b.avoids.includes(a.model);
}

function mirrorsOf(problem: PlacementProblem, pools: readonly Pool[]): number[] {
  const mirrors: number[] = [];
  pools.forEach((pool, i) => {
    const twin = pools.findIndex(
      (other, j) =>
        j < i && mayMirror(problem, pools, [other, pool]) && areMirrors(problem, other, pool),
    );
    mirrors.push(twin < 0 ? i : (mirrors[twin] ?? i));
  });
  return mirrors;
}

/** Where hosts matter, two pools are swapped within one host, or with all that their hosts have. */
function mayMirror(
  { cards, demands, hosts = [] }: PlacementProblem,
  pools: readonly Pool[],
  [a, b]: readonly [Pool, Pool],
): boolean {
  if (hosts.length === 0 && !demands.some((one) => mostOnHost(one) !== undefined)) {
    return true;
  }
  const wattsOf = (pool: Pool) => pool.cards.map((card) => cards[card]?.watts ?? 0).join();
  const limitOf = (pool: Pool) => {
    const limit = hosts.find(({ host }) => host === pool.hosts[0]);
    return JSON.stringify([limit?.watts, limit?.disk]);
  };
  const isAlone = (own: Pool) =>
    own.hosts.length === 1 &&
    pools.every((other) => other === own || !other.hosts.includes(own.hosts[0] ?? ""));
  const areHosts = isAlone(a) && isAlone(b) && limitOf(a) === limitOf(b);
  return wattsOf(a) === wattsOf(b) && (a.hosts.join() === b.hosts.join() || areHosts);
}

function areMirrors(problem: PlacementProblem, a: Pool, b: Pool): boolean {
  const capacities = (pool: Pool) =>
    pool.cards
      .map((card) => problem.cards[card]?.capacity ?? 0)
      .sort((x, y) => x - y)
      .join();
  if (capacities(a) !== capacities(b) || a.price !== b.price) {
    return false;
  }
  const swap = new Map([
    [a.cardClass, b.cardClass],
    [b.cardClass, a.cardClass],
  ]);
  return problem.demands.every(
    (demand) => optionSet(demand, new Map()) === optionSet(demand, swap),
  );
}

function optionSet(demand: Demand, rename: ReadonlyMap<string, string>): string {
  return demand.options
    .map((option) => optionText(option, rename))
    .sort()
    .join(";");
}

function optionText(option: Option, rename: ReadonlyMap<string, string>): string {
  const stages = option.stages
    .map((stage) =>
      JSON.stringify([
        rename.get(stage.cardClass) ?? stage.cardClass,
        stage.ranks,
        stage.fixed,
        stage.perSequence,
      ]),
    )
    .sort();
  return JSON.stringify([
    option.preference,
    option.links ?? 0,
    option.mixing ?? 0,
    option.mostSequences,
    option.files,
    stages,
  ]);
}
