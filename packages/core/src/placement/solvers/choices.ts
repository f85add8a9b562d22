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

/** Less than nothing: a rank that takes no memory still takes a card. */
const NO_CARD = -1;

interface Sized {
  readonly choice: Choice;
  readonly bytes: number;
  readonly cards: number;
  /** What it takes of each card, pool by pool, the most first; `NO_CARD` for cards that others use and it does not. */
  readonly needs: Float64Array;
}

/** Keeps the first of equals; the order is by bytes, then cards, then preference, then position. */
function withoutBeaten(choices: readonly Choice[], byPreference: boolean): Choice[] {
  const starts = poolStarts(choices);
  const sorted = choices
    .map((choice) => ({
      choice,
      bytes: bytesOf(choice),
      cards: cardsOf(choice),
      needs: needsOf(choice, starts),
    }))
    .sort(
      (a, b) => a.bytes - b.bytes || a.cards - b.cards || a.choice.preference - b.choice.preference,
    );
  const kept: Sized[] = [];
  for (const one of sorted) {
    if (kept.length > MAX_CHOICES || !kept.some((other) => beats(other, one, byPreference))) {
      kept.push(one);
    }
  }
  return kept.map(({ choice }) => choice);
}

interface PoolStarts {
  readonly of: ReadonlyMap<number, number>;
  readonly length: number;
}

/** Where each pool begins in a list that has room for the most cards that a choice takes of it. */
function poolStarts(choices: readonly Choice[]): PoolStarts {
  const most = new Map<number, number>();
  for (const { runs } of choices) {
    const own = new Map<number, number>();
    for (const { pool, count } of runs) {
      own.set(pool, (own.get(pool) ?? 0) + count);
    }
    for (const [pool, count] of own) {
      most.set(pool, Math.max(most.get(pool) ?? 0, count));
    }
  }
  const starts = new Map<number, number>();
  let length = 0;
  for (const [pool, count] of most) {
    starts.set(pool, length);
    length += count;
  }
  return { of: starts, length };
}

/** Runs come by pool, the largest need first. */
function needsOf({ runs }: Choice, starts: PoolStarts): Float64Array {
  const needs = new Float64Array(starts.length).fill(NO_CARD);
  let at = 0;
  let last: number | undefined;
  for (const { pool, need, count } of runs) {
    at = pool === last ? at : (starts.of.get(pool) ?? 0);
    needs.fill(need, at, at + count);
    at += count;
    last = pool;
  }
  return needs;
}

/** Whether `a` fits wherever `b` fits, on some of the same cards with some of the same files, and is liked no less. */
function beats(a: Sized, b: Sized, byPreference: boolean): boolean {
  if (byPreference && a.choice.preference > b.choice.preference) {
    return false;
  }
  for (let i = 0; i < a.needs.length; i += 1) {
    if ((a.needs[i] ?? 0) > (b.needs[i] ?? 0)) {
      return false;
    }
  }
  return a.choice.files.every((files) => holds(b.choice.files, files));
}

export function bytesOf(choice: Choice): number {
  return choice.runs.reduce((sum, run) => sum + run.need * run.count, 0);
}

export function cardsOf(choice: Choice): number {
  return choice.runs.reduce((sum, run) => sum + run.count, 0);
}
