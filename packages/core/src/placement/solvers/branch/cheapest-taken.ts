import type { Domain } from "./domain.ts";
import type { Group } from "./groups.ts";

/** So many for so much, and what each one more costs, the cheapest first. */
interface Supply {
  count: number;
  cost: number;
  more: number[];
}

/**
 * What the replicas of a state cost by the cheapest ways that the domain allows; infinite where it allows too few or
 * forces too many. Groups are within each other or apart, so that what one costs is convex in how many it takes, and
 * taking the cheapest first is best.
 */
export function cheapestTaken(
  domain: Domain,
  at: {
    readonly groups: readonly Group[];
    readonly ways: readonly number[];
    readonly replicas: number;
    readonly state: number;
    readonly costOf: (way: number) => number;
  },
): number {
  const { replicas, groups } = at;
  const own = groups.flatMap(({ state }, group) => (state === at.state ? [group] : []));
  const supplies = suppliesOf(domain, at, innermostOf(groups, own));
  // groups come after those that hold them
  for (const group of own.toReversed()) {
    const position = domain.groups + group;
    const supply = limited(joined(supplies.get(group) ?? []), {
      least: domain.least[position] ?? 0,
      most: domain.most[position] ?? 0,
    });
    if (supply === undefined) {
      return Number.POSITIVE_INFINITY;
    }
    give(supplies, groups[group]?.within, supply);
  }
  const all = limited(joined(supplies.get(undefined) ?? []), { least: replicas, most: replicas });
  return all?.cost ?? Number.POSITIVE_INFINITY;
}

/** By the group that they are given to; undefined stands for the whole state. */
type Supplies = Map<number | undefined, Supply[]>;

function give(supplies: Supplies, to: number | undefined, supply: Supply): void {
  const known = supplies.get(to) ?? [];
  known.push(supply);
  supplies.set(to, known);
}

/** What each way gives to the smallest group that it is in. */
function suppliesOf(
  { least: leasts, most: mosts }: Domain,
  at: Pick<Parameters<typeof cheapestTaken>[1], "ways" | "replicas" | "costOf">,
  innermost: ReadonlyMap<number, number>,
): Supplies {
  const supplies: Supplies = new Map();
  for (const way of at.ways) {
    const least = leasts[way] ?? 0;
    const cost = at.costOf(way);
    const open = Math.max(0, Math.min(mosts[way] ?? 0, at.replicas) - least);
    const more = new Array<number>(open).fill(cost);
    give(supplies, innermost.get(way), { count: least, cost: least * cost, more });
  }
  return supplies;
}

/** The smallest group of each way: the last that names it. */
function innermostOf(
  groups: readonly Group[],
  own: readonly number[],
): ReadonlyMap<number, number> {
  return new Map(own.flatMap((group) => (groups[group]?.ways ?? []).map((way) => [way, group])));
}

function joined(supplies: readonly Supply[]): Supply {
  const all: Supply = { count: 0, cost: 0, more: [] };
  for (const { count, cost, more } of supplies) {
    all.count += count;
    all.cost += cost;
    all.more.push(...more);
  }
  all.more.sort((a, b) => a - b);
  return all;
}

/** The same with at least and at most so many; undefined where there is no such number. */
function limited(
  supply: Supply,
  { least, most }: { readonly least: number; readonly most: number },
): Supply | undefined {
  while (supply.count < least && supply.more.length > 0) {
    supply.cost += supply.more.shift() ?? 0;
    supply.count += 1;
  }
  if (supply.count < least || supply.count > most) {
    return undefined;
  }
  supply.more.length = Math.min(supply.more.length, most - supply.count);
  return supply;
}
