import type { Effort } from "../effort.ts";
import type { FleetIndex } from "../fleet-index.ts";
import { type Asked, type Loads, loadsOf } from "../large/loads.ts";
import type { Steps } from "../large/steps.ts";
import type { OpenProgram } from "../linear-program.ts";
import { PatternSearch } from "./find-patterns.ts";
import { COARSE } from "./fineness.ts";
import { patternLoads } from "./pattern-loads.ts";
import { type MasterAnswer, PatternMaster, type TakenWay } from "./pattern-master.ts";
import type { RowPrice } from "./price-list.ts";

/** By model, the option of each of its replicas, by position. */
export type OptionsTaken = ReadonlyMap<number, readonly number[]>;

/** Rounds in which the relaxed programme is brought near its least, and after each step of a dive; it changes little by more. */
const FIRST_ROUNDS = 40;
const NEXT_ROUNDS = 6;
/** Parts of all cards above which there is no use in a dive: what is whole takes more than what is in parts. */
const TOO_MUCH = 1.003;
/** Values this close to whole numbers are whole: HiGHS' tolerance is 1e-7. */
const WHOLE = 1e-6;
/** A part of a replica that is made a whole one together with the largest. */
const NEARLY_WHOLE = 0.8;
/** Rows and columns of a programme that count as one state. */
const SIZE_OF_STATE = 32;

/**
 * How many replicas take which option, by a dive: the programme of patterns says how many parts of each way are best,
 * whole parts are kept for good, the largest other part is made a whole one, and again, until nothing is in parts. So
 * the mix of ways suits all cards together, which a choice of one replica after another does not see. Undefined where
 * not even parts have room, or the effort is over. Hosts are no matter here.
 */
export function* diveWays(
  at: { readonly fleet: FleetIndex; readonly open: OpenProgram; readonly effort: Effort },
  asked: readonly Asked[],
  startOf: RowPrice,
): Steps<OptionsTaken | undefined> {
  const loads = loadsOf(at.fleet, asked);
  const patterns = patternLoads(at.fleet, loads, COARSE);
  const placed = [{ priority: undefined, models: asked.length }];
  const master = new PatternMaster(at.open, patterns, placed);
  const dive = { master, search: new PatternSearch(patterns, placed, master), effort: at.effort };
  try {
    dive.search.begin(Float64Array.from(patterns.rows, startOf));
    const first = yield* improve(dive, FIRST_ROUNDS);
    const last = first && first.part <= TOO_MUCH ? yield* wholeFrom(dive, first) : undefined;
    return last && optionsTaken(loads, last.taken);
  } finally {
    master.close();
  }
}

interface Dive {
  readonly master: PatternMaster;
  readonly search: PatternSearch;
  readonly effort: Effort;
}

function* wholeFrom(dive: Dive, first: MasterAnswer): Steps<MasterAnswer | undefined> {
  let answer: MasterAnswer | undefined = first;
  let next = nearlyWhole(first.taken);
  while (answer !== undefined && next.size > 0) {
    for (const way of answer.taken) {
      dive.master.keepWay(way, wholeOf(way) + (next.has(way) ? 1 : 0));
    }
    answer = yield* improve(dive, NEXT_ROUNDS);
    next = nearlyWhole(answer?.taken ?? []);
  }
  return answer;
}

/** So many rounds, or fewer where nothing more is found. Undefined where the effort is over. */
function* improve(
  { master, search, effort }: Dive,
  rounds: number,
): Steps<MasterAnswer | undefined> {
  let last: MasterAnswer | undefined;
  for (let round = 0; round < rounds; round += 1) {
    yield undefined;
    if (!effort.spend(Number.POSITIVE_INFINITY, Math.ceil(master.size / SIZE_OF_STATE))) {
      return undefined;
    }
    const { answer, hasMore } = search.improve();
    last = answer;
    if (!hasMore) {
      break;
    }
  }
  return last;
}

function wholeOf({ replicas }: TakenWay): number {
  return Math.floor(replicas + WHOLE);
}

function partOf(way: TakenWay): number {
  return way.replicas - wholeOf(way);
}

/** The ways that are to be made whole next: the one with the largest part, and those of other models that lack little. */
function nearlyWhole(taken: readonly TakenWay[]): ReadonlySet<TakenWay> {
  const parts = taken
    .filter((way) => partOf(way) > WHOLE)
    .sort((a, b) => partOf(b) - partOf(a) || a.column - b.column);
  const models = new Set<number>();
  return new Set(
    parts.filter((way, i) => {
      const isNext = (i === 0 || partOf(way) > NEARLY_WHOLE) && !models.has(way.model);
      models.add(way.model);
      return isNext;
    }),
  );
}

function optionsTaken(loads: Loads, taken: readonly TakenWay[]): OptionsTaken {
  const options = new Map<number, number[]>();
  for (const way of taken) {
    const { model, replicas = 0, positions } = loads.models[way.model] ?? {};
    const option = positions?.[way.way];
    if (model !== undefined && option !== undefined) {
      const own = options.get(model) ?? [];
      const more = Math.min(wholeOf(way), replicas - own.length);
      options.set(model, [...own, ...Array.from({ length: more }, () => option)]);
    }
  }
  return options;
}
