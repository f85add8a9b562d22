import type { Demand, Option } from "../problem.ts";
import { mostOnHost } from "../survive.ts";
import type { Work } from "../work.ts";
import { type Choice, hostsOf, type Run } from "./choice.ts";
import type { FleetIndex } from "./fleet-index.ts";
import { heldFiles, joinedFiles } from "./host-limits.ts";
import { type KeptFor, type KeptWithin, MAX_CHOICES, withoutBeaten } from "./without-beaten.ts";

interface ChoiceList {
  readonly choices: readonly Choice[];
  /** There were more ways than are kept, so nothing is proven by trying all of these. */
  readonly isCut: boolean;
}

/** What was found before, for as long as the fleet is known. */
const known = new WeakMap<FleetIndex, Map<string, ChoiceList>>();

/**
 * All ways to place the replicas of a demand with `level` sequences each, less those that another
 * way beats card by card, and in all else that they are kept for.
 */
export function choicesAt(
  fleet: FleetIndex,
  demand: Demand,
  at: { readonly level: number; readonly keptFor: KeptFor },
): ChoiceList {
  const lists = known.get(fleet) ?? new Map<string, ChoiceList>();
  known.set(fleet, lists);
  const key = JSON.stringify([demand.model, demand.replicas, at.level, at.keptFor]);
  const list = lists.get(key) ?? listedBefore(fleet, demand, at) ?? findChoices(fleet, demand, at);
  lists.set(key, list);
  keep(fleet, demand, { ...at, list });
  return list;
}

type At = Parameters<typeof choicesAt>[2];

/** Where work is counted, the same fleet is asked about again and again with one model changed: the others' lists stay. */
function listedBefore(fleet: FleetIndex, demand: Demand, at: At): ChoiceList | undefined {
  return fleet.work === undefined
    ? undefined
    : kept.get(demand.options)?.get(keyOn(fleet, demand, at));
}

function keep(
  fleet: FleetIndex,
  demand: Demand,
  { list, ...at }: At & { readonly list: ChoiceList },
): void {
  if (fleet.work !== undefined) {
    const lists = kept.get(demand.options) ?? new Map<string, ChoiceList>();
    kept.set(demand.options, lists.set(keyOn(fleet, demand, at), list));
  }
}

const kept = new WeakMap<readonly Option[], Map<string, ChoiceList>>();

/** All that a list depends on besides the options. */
function keyOn(fleet: FleetIndex, demand: Demand, { level, keptFor }: At): string {
  const place = places.get(fleet) ?? placeOf(fleet);
  places.set(fleet, place);
  return JSON.stringify([place, demand.replicas, mostOnHost(demand), level, keptFor]);
}

const places = new WeakMap<FleetIndex, string>();

function placeOf({ problem: { cards, hosts }, pools }: FleetIndex): string {
  return JSON.stringify([
    pools.map(({ cardClass, mostCapacity, cards: own }) => [cardClass, mostCapacity, own]),
    cards.map(({ host }) => host),
    hosts,
  ]);
}

function findChoices(
  fleet: FleetIndex,
  demand: Demand,
  at: { readonly level: number; readonly keptFor: KeptFor },
): ChoiceList {
  const { keptFor } = at;
  const work = fleet.work?.part(fleet.work.left * PART_OF_WORK);
  const single = withoutBeaten(
    demand.options.flatMap((option, i) => replicaChoice(fleet, option, i, at.level)),
    { keptFor, work },
  );
  let choices = single;
  let isCut = work?.isOver === true;
  const most = mostOnHost(demand);
  for (let replica = 1; replica < demand.replicas; replica += 1) {
    const few = affordable(choices, single, work);
    isCut ||= few.length < choices.length;
    const joined = joinedOnce(fleet, { some: few, single, most }).filter((choice) =>
      hasCards(fleet, choice),
    );
    choices = unbeaten(joined, {
      keptFor,
      work,
      hostsOf: most === 1 ? undefined : hostsWhere(fleet, single, most),
    });
    isCut ||= choices.length > MAX_CHOICES || work?.isOver === true;
    choices = choices.slice(0, MAX_CHOICES);
  }
  return { choices, isCut };
}

/** Part of the work left that one list may take. */
const PART_OF_WORK = 0.25;

/** Joining a replica to a way takes about as long as this many states. */
const UNITS_PER_JOIN = 0.5;

/** Part of the work left to a list that joining one replica more may take: comparing what comes of it takes more. */
const PART_FOR_JOINS = 0.25;

/** The first ways, which take least, as far as the work reaches for joining a replica to each; one at least. */
function affordable(
  choices: readonly Choice[],
  single: readonly Choice[],
  work: Work | undefined,
): readonly Choice[] {
  if (work === undefined) {
    return choices;
  }
  const each = UNITS_PER_JOIN * Math.max(1, single.length);
  const few = choices.slice(0, Math.max(1, Math.floor((PART_FOR_JOINS * work.left) / each)));
  work.spend(few.length * each);
  return few;
}

type HostsOf = (choice: Choice) => readonly string[];

/** The host of each replica, by the option that it is run by; an option that may span hosts has several. */
function hostsWhere(
  fleet: FleetIndex,
  single: readonly Choice[],
  most: number | undefined,
): HostsOf | undefined {
  if (most === undefined) {
    return undefined;
  }
  const hosts = new Map(single.map((one) => [one.options[0], [...new Set(hostsOf(fleet, one))]]));
  return ({ options }) => options.flatMap((option) => hosts.get(option) ?? []);
}

/** Where several replicas may be on a host, a way that takes less of it may have more of them there: both are kept. */
function unbeaten(
  choices: readonly Choice[],
  { hostsOf: of, ...at }: KeptWithin & { readonly hostsOf: HostsOf | undefined },
): Choice[] {
  if (of === undefined) {
    return withoutBeaten(choices, at);
  }
  const alike = new Map<string, Choice[]>();
  for (const choice of choices) {
    const key = JSON.stringify([...of(choice)].sort());
    alike.set(key, [...(alike.get(key) ?? []), choice]);
  }
  return [...alike.values()].flatMap((own) => withoutBeaten(own, at));
}

/** Each of `some` with one more replica, whatever the order of the replicas; a host has no more than `most`. */
function joinedOnce(
  fleet: FleetIndex,
  at: {
    readonly some: readonly Choice[];
    readonly single: readonly Choice[];
    readonly most: number | undefined;
  },
): Choice[] {
  const all = new Map<string, Choice>();
  const hostsIn = hostsWhere(fleet, at.single, at.most);
  for (const a of at.some) {
    const taken = hostsIn?.(a) ?? [];
    for (const b of at.single) {
      const isFull = (host: string): boolean =>
        taken.filter((other) => other === host).length >= (at.most ?? Number.POSITIVE_INFINITY);
      if (hostsIn?.(b).some(isFull) === true) {
        continue;
      }
      const choice = join(a, b);
      all.set(choice.options.join(), choice);
    }
  }
  return [...all.values()];
}

function replicaChoice(
  fleet: FleetIndex,
  option: Option,
  position: number,
  level: number,
): Choice[] {
  const runs: Run[] = [];
  for (const stage of option.stages) {
    const pool = fleet.poolOf.get(stage.cardClass);
    const need = stage.fixed + stage.perSequence * level;
    if (pool === undefined || need > (fleet.pools[pool]?.mostCapacity ?? 0)) {
      return [];
    }
    runs.push({ pool, need, count: stage.ranks });
  }
  const cards = runs.map(({ pool }) => fleet.pools[pool]?.cards[0] ?? -1);
  const hosts = cards.map((card) => fleet.hosts.hostOf[card] ?? -1);
  const choice = {
    runs: merged(runs),
    preference: option.preference,
    links: option.links ?? 0,
    mixing: option.mixing ?? 0,
    options: [position],
    files: heldFiles(fleet.hosts, option.files, hosts),
  };
  return level <= option.mostSequences && hasCards(fleet, choice) ? [choice] : [];
}

function join(a: Choice, b: Choice): Choice {
  return {
    runs: merged([...a.runs, ...b.runs]),
    preference: a.preference + b.preference,
    links: a.links + b.links,
    mixing: a.mixing + b.mixing,
    options: [...a.options, ...b.options].sort((x, y) => x - y),
    files: joinedFiles(a.files, b.files),
  };
}

/** Runs by pool, largest need first, equal needs added up. */
function merged(runs: readonly Run[]): Run[] {
  const sorted = runs.toSorted((a, b) => a.pool - b.pool || b.need - a.need);
  const out: Run[] = [];
  for (const run of sorted) {
    const last = out.at(-1);
    if (last?.pool === run.pool && last.need === run.need) {
      out[out.length - 1] = { ...run, count: last.count + run.count };
    } else {
      out.push(run);
    }
  }
  return out;
}

function hasCards(fleet: FleetIndex, choice: Choice): boolean {
  return fleet.pools.every(
    (pool, p) =>
      choice.runs.reduce((sum, run) => sum + (run.pool === p ? run.count : 0), 0) <=
      pool.cards.length,
  );
}
