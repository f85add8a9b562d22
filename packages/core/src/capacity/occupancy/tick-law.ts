import type { LinearStep } from "../linear-step.ts";
import type { ServingLimits } from "../serving-limits.ts";
import type { Arrived } from "./arrivals.ts";
import type { RequestSample } from "./requests.ts";

/**
 * What one tick does to a path. A tick is so many steps of the engine that every running sequence gets `tickTokens`
 * more tokens; how long it takes depends on the path. A path's state is three numbers: sequences, the tokens that
 * they needed to start, and the sum of the ticks at which they started. Ticks count from 1.
 */
export interface TickLaw {
  readonly tickTokens: number;
  /** Ticks that a request of each output length stays; not whole. */
  readonly stays: readonly number[];
  readonly mostSequences: number;
  /** Tokens of the cache, without what a shared prefix holds. */
  readonly kvTokens: number;
  /** Of these, what stays free before a request that waits for more, on average. */
  readonly unusedTokens: number;
  /** Whether tokens made count against the room of the next request, beyond what was needed to start. */
  readonly countsMade: boolean;
  /** What a sequence needed to start but has not filled then. */
  readonly reserve: number;
  readonly step: LinearStep;
  /** Tokens that a request which has just started holds. */
  readonly meanPrompt: number;
  /** Of what a request needs to start, what it doesn't read as prompt. */
  readonly unreadTokens: number;
}

export interface TickChoice {
  readonly limits: ServingLimits;
  readonly step: LinearStep;
  readonly tickTokens: number;
}

export function tickLaw(sample: RequestSample, choice: TickChoice): TickLaw {
  const { limits, step, tickTokens } = choice;
  const kvTokens = Math.max(0, limits.kvTokens - sample.sharedTokens);
  return {
    tickTokens,
    stays: sample.outputs.map(({ value }) => value / tickTokens),
    mostSequences: limits.maxBatchSize,
    kvTokens,
    unusedTokens: limits.policy === "guaranteed-no-evict" ? unusedTokens(sample, kvTokens) : 0,
    meanPrompt: sample.meanUncachedPrompt,
    countsMade: limits.policy === "max-utilization",
    reserve: sample.reserve,
    step,
    unreadTokens: sample.meanNeed - sample.meanUncachedPrompt,
  };
}

/** Times that the cache is filled to find what stays free. */
const FILLS = 200;

/** What stays free when requests start in turn until one finds too little: a mean over many turns. */
function unusedTokens({ needs, meanNeed }: RequestSample, kvTokens: number): number {
  if (kvTokens > MANY_REQUESTS * meanNeed) {
    return 0;
  }
  let sum = 0;
  let at = 0;
  for (let fill = 0; fill < FILLS; fill += 1) {
    let room = kvTokens;
    const need = () => needs[Math.floor(((at * GOLDEN) % 1) * needs.length)] ?? meanNeed;
    for (at += 1; need() <= room; at += 1) {
      room -= need();
    }
    sum += room;
  }
  return sum / FILLS;
}

/** Requests that the cache holds from which on it does not matter whether the last one fits. */
const MANY_REQUESTS = 200;

/** Weights of a state's three numbers. */
export type StateWeights = readonly [number, number, number];

/** Seconds of a tick as a plane over the state and over what the tick started. */
export interface TickSeconds {
  readonly base: number;
  readonly ofState: StateWeights;
  readonly ofStarted: StateWeights;
}

export function tickSeconds(law: TickLaw, tick: number): TickSeconds {
  const { tickTokens, step, unreadTokens } = law;
  const perToken = tickTokens * step.secondsPerKvToken;
  const [perSequence, perNeed, perMark] = heldWeights(law, tick);
  return {
    base: tickTokens * step.baseSeconds,
    ofState: [
      tickTokens * step.secondsPerSequence + perToken * perSequence,
      perToken * perNeed,
      perToken * perMark,
    ],
    ofStarted: [-step.secondsPerPromptToken * unreadTokens, step.secondsPerPromptToken, 0],
  };
}

/**
 * Tokens in the cache in the middle of a tick: what sequences needed, less the reserve, and what they have made: a
 * sequence that started at tick s has made tickTokens · (tick - s) at the start of this one.
 */
export function heldWeights({ tickTokens, reserve }: TickLaw, tick: number): StateWeights {
  return [tickTokens * (tick + 1 / 2) - reserve, 1, -tickTokens];
}

/** Tokens that the room for the next request is less by. */
export function takenWeights({ tickTokens, countsMade }: TickLaw, tick: number): StateWeights {
  return countsMade ? [tickTokens * tick, 1, -tickTokens] : [0, 1, 0];
}

/** Whole ticks that a request of each output length stays that starts in this tick; its mean over ticks is exact. */
export function staysAt({ stays }: TickLaw, tick: number): readonly number[] {
  return stays.map((stay, kind) =>
    Math.floor(stay + (((((tick + 1) * GOLDEN + kind * SILVER) % 1) + 1) % 1)),
  );
}

const GOLDEN = (Math.sqrt(5) - 1) / 2;
const SILVER = Math.SQRT2 - 1;

/** Sequences and tokens by which rounding in float32 may exceed a limit. */
export const SLACK: readonly [number, number] = [1e-3, 1 / 2];
/** Requests that count as waiting: above rounding, below one. */
export const LEAST_WAITING = 0.01;

/** What steps a state of many paths from tick to tick. Rows of a matrix follow one another; a column is a path. */
export interface TickStepper {
  /** Lets requests end and others start, and gives each path's seconds of the tick. `stays` goes by output length. */
  advance(arrived: Arrived, tick: number, stays: readonly number[]): Float32Array;
  /** Three rows: the state in the last tick. */
  state(): Float32Array;
  /**
   * Four rows: whether a request ever waited, whether the cache ever had no room, how often one was paused, and how
   * many wait now.
   */
  events(): Float32Array;
  dispose(): void;
}
