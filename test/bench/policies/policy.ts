import type {
  Assignment,
  Demand,
  Option,
  PlacementProblem,
} from "../../../packages/core/src/placement/problem.ts";
import { fill } from "../../../packages/core/src/placement/solvers/fill.ts";
import { indexFleet } from "../../../packages/core/src/placement/solvers/fleet-index.ts";
import {
  assignmentsOf,
  type Layout,
  type PlacedReplica,
} from "../../../packages/core/src/placement/solvers/layout.ts";
import { lowestLevel } from "../../../packages/core/src/placement/solvers/levels.ts";

/** A card as a policy sees it. */
export interface OpenCard {
  readonly index: number;
  readonly host: string;
  readonly cardClass: string;
  readonly capacity: number;
  readonly free: number;
  /** Positions of the models on it. */
  readonly tenants: readonly number[];
}

/** How a simple scheduler places: one model after another, never coming back to one. */
export interface Policy {
  readonly name: string;
  /** Positions of the demands in the order in which they are placed. */
  order(problem: PlacementProblem): readonly number[];
  /** The options in the order in which they are tried. */
  options(demand: Demand): readonly Option[];
  /** Whether a rank that needs so many bytes may go on the card, one of so many ranks. */
  mayTake(card: OpenCard, need: number, ranks: number): boolean;
  /** Negative where `a` is taken before `b`. */
  compare(a: OpenCard, b: OpenCard): number;
}

/**
 * What the policy places, each model at its least first. The KV cache is then handed out by our own rule on
 * the cards that were chosen, which no such scheduler does: the numbers flatter it.
 */
export function runPolicy(policy: Policy, problem: PlacementProblem): readonly Assignment[] {
  const fleet = indexFleet(problem);
  const hosts = hostsOf(problem);
  const layout: Layout[number][] = [];
  for (const model of policy.order(problem)) {
    const demand = problem.demands[model];
    const replicas = demand && placeModel(policy, { problem, model, demand, hosts });
    if (demand !== undefined && replicas !== undefined) {
      layout.push({ model, level: lowestLevel(demand), replicas });
    }
  }
  layout.sort((a, b) => a.model - b.model);
  return assignmentsOf(fleet, fill(fleet, layout, new Set(layout.map(({ model }) => model))));
}

/** The cards of each host; a card that is taken is replaced. */
type Hosts = Map<string, OpenCard[]>;

interface At {
  readonly problem: PlacementProblem;
  readonly model: number;
  readonly demand: Demand;
  readonly hosts: Hosts;
}

interface Taken {
  readonly index: number;
  readonly need: number;
}

function hostsOf({ cards }: PlacementProblem): Hosts {
  const hosts: Hosts = new Map();
  cards.forEach((card, index) => {
    const own = hosts.get(card.host) ?? [];
    own.push({ ...card, index, free: card.capacity, tenants: [] });
    hosts.set(card.host, own);
  });
  return hosts;
}

/** All replicas or none. */
function placeModel(policy: Policy, at: At): readonly PlacedReplica[] | undefined {
  const before = new Map(at.hosts);
  const replicas: PlacedReplica[] = [];
  for (let i = 0; i < at.demand.replicas; i += 1) {
    const replica = placeReplica(policy, at);
    if (replica === undefined) {
      for (const [host, cards] of before) {
        at.hosts.set(host, cards);
      }
      return undefined;
    }
    replicas.push(replica);
  }
  return replicas;
}

function placeReplica(policy: Policy, at: At): PlacedReplica | undefined {
  for (const option of policy.options(at.demand)) {
    const ways = [...at.hosts].flatMap(([host, cards]) => {
      const taken = takeCards(policy, option, { ...at, cards });
      return taken === undefined ? [] : [{ host, cards, taken }];
    });
    const best = bestWay(policy, ways);
    if (best !== undefined) {
      at.hosts.set(best.host, withModel(best.cards, best.taken, at.model));
      const cards = best.taken.map(({ index }) => index);
      return { option: at.demand.options.indexOf(option), cards };
    }
  }
  return undefined;
}

interface Way {
  readonly host: string;
  readonly cards: OpenCard[];
  readonly taken: readonly Taken[];
}

/** The host whose first card the policy takes before the others'. */
function bestWay(policy: Policy, ways: readonly Way[]): Way | undefined {
  const first = ({ cards, taken }: Way) => cards.find(({ index }) => index === taken[0]?.index);
  return ways.reduce<Way | undefined>((best, way) => {
    const [a, b] = [best && first(best), first(way)];
    return a === undefined || (b !== undefined && policy.compare(b, a) < 0) ? way : best;
  }, undefined);
}

function withModel(cards: readonly OpenCard[], taken: readonly Taken[], model: number): OpenCard[] {
  return cards.map((card) => {
    const need = taken.find(({ index }) => index === card.index)?.need;
    return need === undefined
      ? card
      : { ...card, free: card.free - need, tenants: [...card.tenants, model] };
  });
}

/** The cards of one host for all ranks of the option, in order; none where it has too few. */
function takeCards(
  policy: Policy,
  option: Option,
  at: At & { readonly cards: readonly OpenCard[] },
): readonly Taken[] | undefined {
  const all = option.stages.reduce((sum, { ranks }) => sum + ranks, 0);
  const taken: Taken[] = [];
  for (const { cardClass, ranks, fixed, perSequence } of option.stages) {
    const need = fixed + perSequence * lowestLevel(at.demand);
    const open = at.cards
      .filter((card) => card.cardClass === cardClass && card.free >= need)
      .filter((card) => policy.mayTake(card, need, all) && mayJoin(at, card))
      .filter((card) => !taken.some(({ index }) => index === card.index))
      .sort((a, b) => policy.compare(a, b) || a.index - b.index);
    if (open.length < ranks) {
      return undefined;
    }
    taken.push(...open.slice(0, ranks).map(({ index }) => ({ index, need })));
  }
  return taken;
}

/** What every scheduler must hold: replicas apart, exclusive models alone, enemies apart. */
function mayJoin({ problem: { demands }, model, demand }: At, { tenants }: OpenCard): boolean {
  return tenants.every((tenant) => {
    const other = demands[tenant];
    return (
      tenant !== model &&
      other !== undefined &&
      !demand.isExclusive &&
      !other.isExclusive &&
      !demand.avoids.includes(other.model) &&
      !other.avoids.includes(demand.model)
    );
  });
}
