import type { Assignment, PlacementProblem } from "./problem.ts";
import { Effort } from "./solvers/effort.ts";
import { fill } from "./solvers/fill.ts";
import { indexFleet } from "./solvers/fleet-index.ts";
import { fits, layoutOfTarget, type Target, targetAtLevels } from "./solvers/large/at-share.ts";
import type { Place } from "./solvers/large/packing.ts";
import { priceFunction } from "./solvers/large/price-of.ts";
import { Random } from "./solvers/large/random.ts";
import { type LargeSearch, repairFor } from "./solvers/large/search.ts";
import { evenPrices } from "./solvers/large/share-bound.ts";
import { sitesOf } from "./solvers/large/sites.ts";
import { runSteps } from "./solvers/large/steps.ts";
import { wayBy } from "./solvers/large/ways.ts";
import { assignmentsOf, type Layout } from "./solvers/layout.ts";
import { lowestLevel } from "./solvers/levels.ts";

/** Who is where, and who else is to have a place; every model of the problem is one or the other. */
interface Rejoining {
  readonly problem: PlacementProblem;
  readonly kept: readonly Assignment[];
  /** States that the search may look at. */
  readonly nodeLimit: number;
}

interface Rejoined {
  /** Everybody's places; undefined where none were found, which proves nothing. */
  readonly assignments: readonly Assignment[] | undefined;
  readonly nodes: number;
}

/**
 * Places for models that have none, beside others who stay where they are unless they must move: the packing is kept, who
 * is new gets its least, and what has no place then is repaired. First nobody loses a sequence; where that is not found,
 * those on cards that change have their least and are filled up again.
 */
export function rejoin({ problem, kept, nodeLimit }: Rejoining): Rejoined {
  const fleet = indexFleet(problem);
  const priceOf = priceFunction(fleet, evenPrices(fleet));
  const effort = new Effort({ nodeLimit });
  const search: LargeSearch = {
    fleet,
    sites: sitesOf(fleet),
    effort,
    random: new Random(1),
    priceOf,
    pricings: [priceOf],
    worths: [],
  };
  const layout = [keptLevels, leastLevels].reduce<Layout | undefined>(
    (found, levelsOf) =>
      found ??
      attempt(search, kept, { now: levelsOf(problem, kept), was: keptLevels(problem, kept) }),
    undefined,
  );
  return { assignments: layout && assignmentsOf(fleet, layout), nodes: effort.nodes };
}

type Levels = ReadonlyMap<number, number>;

/** What each replica holds now; the least for those without a place. */
function keptLevels({ demands }: PlacementProblem, kept: readonly Assignment[]): Levels {
  const known = new Map(kept.map(({ model, sequences }) => [model, sequences]));
  return new Map(
    demands.map((demand, i) => [i, known.get(demand.model) ?? lowestLevel(demand)] as const),
  );
}

function leastLevels({ demands }: PlacementProblem): Levels {
  return new Map(demands.map((demand, i) => [i, lowestLevel(demand)] as const));
}

function attempt(
  search: LargeSearch,
  kept: readonly Assignment[],
  levels: { readonly now: Levels; readonly was: Levels },
): Layout | undefined {
  const target = targetAtLevels(search, levels.now);
  const queue = keepAll(search, target, kept);
  const before = target.packing.items.map((_, item) => target.packing.placeOf(item));
  const states = Math.ceil(search.effort.left / 2);
  if (queue === undefined || !runSteps(repairFor(search, { target, queue, states }))) {
    return undefined;
  }
  const layout = layoutOfTarget(search.sites, target);
  const isLess = [...levels.now].some(([model, level]) => level < (levels.was.get(model) ?? level));
  return isLess ? raisedAgain(search, { target, before, layout, was: levels.was }) : layout;
}

/** Puts replicas where they are, and gives those without a place; undefined where a model is over several hosts. */
function keepAll(
  search: LargeSearch,
  target: Target,
  kept: readonly Assignment[],
): number[] | undefined {
  const { demands } = search.fleet.problem;
  const known = new Map(kept.map((one) => [`${one.model} ${one.replica}`, one]));
  const left: number[] = [];
  for (const [item, { model, replica }] of target.packing.items.entries()) {
    const assignment = known.get(`${demands[model]?.model} ${replica}`);
    const place = assignment && placeOf(search, assignment, { model, levels: target.levels });
    if (assignment !== undefined && place === undefined) {
      return undefined;
    }
    if (place !== undefined && fits(target.packing, item, place)) {
      target.packing.put(item, place);
    } else {
      left.push(item);
    }
  }
  return left;
}

function placeOf(
  { fleet, sites, priceOf }: LargeSearch,
  { option: id, cards }: Assignment,
  { model, levels }: { readonly model: number; readonly levels: Levels },
): Place | undefined {
  const demand = fleet.problem.demands[model];
  const i = demand?.options.findIndex((one) => one.id === id) ?? -1;
  const option = demand?.options[i];
  const positions = cards.map((card) => positionsOf(fleet.problem).get(card) ?? -1);
  const host = sites.hostOf[positions[0] ?? -1];
  if (demand === undefined || option === undefined || host === undefined) {
    return undefined;
  }
  const level = levels.get(model) ?? 1;
  const way = wayBy(sites, { demand, option, i, level, priceOf });
  const isThere = positions.every((card) => sites.hostOf[card] === host);
  if (way === undefined || !isThere) {
    return undefined;
  }
  const own = way.runs.map((): number[] => []);
  let rank = 0;
  for (const { cardClass, ranks, fixed, perSequence } of option.stages) {
    const need = fixed + perSequence * level;
    const pool = fleet.poolOf.get(cardClass);
    const run = way.runs.findIndex((one) => one.cardClass === pool && one.need === need);
    own[run]?.push(...positions.slice(rank, rank + ranks));
    rank += ranks;
  }
  return { way, host, cards: own };
}

/** Each card's position, looked up once for a problem. */
function positionsOf(problem: PlacementProblem): ReadonlyMap<string, number> {
  const positions =
    knownPositions.get(problem) ?? new Map(problem.cards.map(({ id }, i) => [id, i] as const));
  knownPositions.set(problem, positions);
  return positions;
}

const knownPositions = new WeakMap<PlacementProblem, ReadonlyMap<string, number>>();

/** Who shares no card with what was put anew holds what it held; the others as much as there is room for. */
function raisedAgain(
  { fleet }: LargeSearch,
  at: {
    readonly target: Target;
    readonly before: readonly (Place | undefined)[];
    readonly layout: Layout;
    readonly was: Levels;
  },
): Layout {
  const { packing } = at.target;
  const touched = new Set(
    packing.items.flatMap((_, item) => {
      const place = packing.placeOf(item);
      return place === at.before[item] ? [] : (place?.cards.flat() ?? []);
    }),
  );
  const lower = new Set(
    at.layout.flatMap(({ model, replicas }) =>
      replicas.some(({ cards }) => cards.some((card) => touched.has(card))) ? [model] : [],
    ),
  );
  const layout = at.layout.map((one) =>
    lower.has(one.model) ? one : { ...one, level: at.was.get(one.model) ?? one.level },
  );
  return fill(fleet, layout, lower);
}
