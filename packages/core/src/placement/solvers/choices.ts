import type { Demand, Option } from "../problem.ts";
import type { FleetIndex } from "./fleet-index.ts";
import { type HeldFiles, heldFiles, holds, joinedFiles } from "./host-limits.ts";

/** So many cards of one pool, each giving `need` bytes. */
interface Run {
  readonly pool: number;
  readonly need: number;
  readonly count: number;
}

/** One way to place all replicas of a model at a level; all its cards are distinct. */
export interface Choice {
  readonly runs: readonly Run[];
  /** Sum of the preferences of its options. */
  readonly preference: number;
  /** Option of each replica, by position. */
  readonly options: readonly number[];
  /** What hosts with a limit to their disk must hold. */
  readonly files: readonly HeldFiles[];
}

interface ChoiceList {
  readonly choices: readonly Choice[];
  /** There were more ways than are kept, so nothing is proven by trying all of these. */
  readonly isCut: boolean;
}

/** Ways that are kept for one model. Twelve cards and three replicas have some hundreds; this stops an explosion. */
const MAX_CHOICES = 2000;

/** What was found before, for as long as the fleet is known. */
const known = new WeakMap<FleetIndex, Map<string, ChoiceList>>();

/**
 * All ways to place the replicas of a demand with `level` sequences each, less those that another
 * way beats card by card. Without `byPreference`, liking a precision is no reason to keep a way.
 */
export function choicesAt(
  fleet: FleetIndex,
  demand: Demand,
  at: { readonly level: number; readonly byPreference: boolean },
): ChoiceList {
  const lists = known.get(fleet) ?? new Map<string, ChoiceList>();
  known.set(fleet, lists);
  const key = JSON.stringify([demand.model, demand.replicas, at.level, at.byPreference]);
  const list = lists.get(key) ?? findChoices(fleet, demand, at);
  lists.set(key, list);
  return list;
}

function findChoices(
  fleet: FleetIndex,
  demand: Demand,
  at: { readonly level: number; readonly byPreference: boolean },
): ChoiceList {
  const single = withoutBeaten(
    demand.options.flatMap((option, i) => replicaChoice(fleet, option, i, at.level)),
    at.byPreference,
  );
  let choices = single;
  let isCut = false;
  for (let replica = 1; replica < demand.replicas; replica += 1) {
    const joined = joinedOnce(fleet, { some: choices, single, isSpread: demand.isSpread === true });
    choices = withoutBeaten(
      joined.filter((choice) => hasCards(fleet, choice)),
      at.byPreference,
    );
    isCut ||= choices.length > MAX_CHOICES;
    choices = choices.slice(0, MAX_CHOICES);
  }
  return { choices, isCut };
}

/** Each of `some` with one more replica, whatever the order of the replicas; a spread one goes on other hosts. */
function joinedOnce(
  fleet: FleetIndex,
  at: {
    readonly some: readonly Choice[];
    readonly single: readonly Choice[];
    readonly isSpread: boolean;
  },
): Choice[] {
  const all = new Map<string, Choice>();
  for (const a of at.some) {
    const taken = new Set(at.isSpread ? hostsOf(fleet, a) : []);
    for (const b of at.single) {
      if (hostsOf(fleet, b).some((host) => taken.has(host))) {
        continue;
      }
      const choice = join(a, b);
      all.set(choice.options.join(), choice);
    }
  }
  return [...all.values()];
}

/** Hosts that the choice has cards on. */
export function hostsOf(fleet: FleetIndex, { runs }: Choice): readonly string[] {
  return runs.flatMap(({ pool }) => fleet.pools[pool]?.hosts ?? []);
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
    options: [position],
    files: heldFiles(fleet.hosts, option.files, hosts),
  };
  return level <= option.mostSequences && hasCards(fleet, choice) ? [choice] : [];
}

function join(a: Choice, b: Choice): Choice {
  return {
    runs: merged([...a.runs, ...b.runs]),
    preference: a.preference + b.preference,
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

/** Keeps the first of equals; the order is by bytes, then cards, then preference, then position. */
function withoutBeaten(choices: readonly Choice[], byPreference: boolean): Choice[] {
  const sorted = choices
    .map((choice) => ({ choice, bytes: bytesOf(choice), cards: cardsOf(choice) }))
    .sort(
      (a, b) => a.bytes - b.bytes || a.cards - b.cards || a.choice.preference - b.choice.preference,
    );
  const kept: Choice[] = [];
  for (const { choice } of sorted) {
    if (kept.length > MAX_CHOICES || !kept.some((other) => beats(other, choice, byPreference))) {
      kept.push(choice);
    }
  }
  return kept;
}

/** Whether `a` fits wherever `b` fits, on some of the same cards with some of the same files, and is liked no less. */
function beats(a: Choice, b: Choice, byPreference: boolean): boolean {
  if (byPreference && a.preference > b.preference) {
    return false;
  }
  if (!a.files.every((files) => holds(b.files, files))) {
    return false;
  }
  return a.runs.every((run) => atLeast(a, run) <= atLeast(b, run));
}

/** Cards of the run's pool that give at least its need. */
function atLeast(choice: Choice, { pool, need }: Run): number {
  return choice.runs.reduce(
    (sum, run) => sum + (run.pool === pool && run.need >= need ? run.count : 0),
    0,
  );
}

export function bytesOf(choice: Choice): number {
  return choice.runs.reduce((sum, run) => sum + run.need * run.count, 0);
}

export function cardsOf(choice: Choice): number {
  return choice.runs.reduce((sum, run) => sum + run.count, 0);
}
