import { sameExp, sameLog, square } from "../units/same-math.ts";
import { chunkSeconds, promptCost } from "./prompt-times.ts";
import { type SequenceStep, seatsOf, sequenceSteps } from "./sequence-steps.ts";
import type { ServingModel } from "./serving-model.ts";

/** How many sequences of a replica run, and how long their tokens take, as requests come and go by chance. */
export interface RunningLaw {
  /** Sequences that run on average. */
  readonly running: number;
  readonly variance: number;
  /** Of those that run: still without a first token, since their prompts are read. */
  readonly reading: number;
  /** The chance that no seat is free. */
  readonly full: number;
  /** While one is: the chance that the KV cache has no room, and requests that wait for it. */
  readonly taken: number;
  readonly queued: number;
  /** Requests that wait for room at least while no seat is free. */
  readonly beyond: number;
  /** Variance of the seconds a token from one moment to another. */
  readonly tokenVariance: number;
  /** While a seat is free: sequences that run, and requests that end a second. */
  readonly free: { readonly running: number; readonly rate: number };
  /** How much more the number of sequences varies than where requests come as Poisson's and cost no prompt. */
  readonly noise: number;
}

/** Steps with nothing but prompts would leave no time for outputs. */
export const MOST_BUSY = 0.999;

/**
 * The number of sequences as a birth-death process: requests come at `rate`, and of n sequences n / (output · seconds a
 * token) end a second. Their time is shared by all that run, so that outputs count by their mean alone (Kelly's symmetric
 * queues), and M/M/c is the case of steps that take as long for any n. What makes arrivals vary more than Poisson's
 * flattens the distribution: by the power of 1 / noise. Beyond the seats requests queue; how often that is
 * follows from as many requests ending as come.
 */
export function runningLaw(model: ServingModel, rate: number, steady: number): RunningLaw {
  const { concurrency, mostRate, shape, prompt } = model;
  const noise = noiseOf(model, rate, steady);
  const states = sequenceSteps(model).map((own) => stateOf(model, own, rate));
  const weights = weightsOf(states, { rate, noise });
  const mean = (of: (state: State, i: number) => number): number =>
    states.reduce((sum, state, i) => sum + (weights[i] ?? 0) * of(state, i), 0);
  const free = {
    running: mean(({ sequences }) => sequences),
    rate: mean(({ ends }) => ends),
  };
  const full = rate > free.rate ? Math.min(1, (rate - free.rate) / (mostRate - free.rate)) : 0;
  const lastChunks = chunkSeconds(prompt, states.at(-1)?.seconds ?? 0);
  const last = {
    requests: seatsOf(concurrency),
    perToken: (concurrency.most / mostRate - lastChunks) / shape.outputTokens,
  };
  const joined = (state: State, i: number): number => withOneMore(state, states[i + 1] ?? last);
  const tokens = (1 - full) * mean(joined) + full * last.perToken;
  const running = (1 - full) * free.running + full * concurrency.most;
  return {
    running,
    variance:
      (1 - full) * mean(({ sequences }) => square(sequences - running)) +
      full * square(concurrency.most - running),
    reading: (1 - full) * mean(({ reading }) => reading) + full * mostRate * lastChunks,
    full,
    taken: mean(({ taken }) => taken),
    queued: mean(({ requests, sequences }) => requests - sequences),
    beyond: Math.max(0, seatsOf(concurrency) - concurrency.most),
    tokenVariance:
      (1 - full) * mean((state, i) => square(joined(state, i) - tokens)) +
      full * square(last.perToken - tokens),
    free,
    noise,
  };
}

/** So many requests that have come and not ended. */
interface State extends Pick<SequenceStep, "requests" | "sequences" | "taken" | "seconds"> {
  /** Seconds a token of each, with the prompts that come meanwhile. */
  readonly perToken: number;
  /** Requests that end a second. */
  readonly ends: number;
  /** Sequences whose prompts are read. */
  readonly reading: number;
}

function stateOf(model: ServingModel, own: SequenceStep, rate: number): State {
  const { requests, sequences, taken, seconds, promptCost } = own;
  const perToken = seconds / (1 - Math.min(MOST_BUSY, rate * promptCost));
  const beforeFirst = readingSeconds(model, rate, seconds);
  const ends = sequences / (model.shape.outputTokens * perToken + beforeFirst);
  return {
    requests,
    sequences,
    taken,
    seconds,
    perToken,
    ends,
    reading: ends * beforeFirst,
  };
}

/** A request that comes makes one more of those that run. */
function withOneMore(
  state: Pick<State, "requests" | "perToken">,
  next: Pick<State, "requests" | "perToken">,
): number {
  const part = Math.min(1, 1 / (next.requests - state.requests));
  return state.perToken + part * (next.perToken - state.perToken);
}

/**
 * Seconds for which a request has a seat before its first token, beside the step that gives it: the other chunks of its
 * prompt, and steps that are full of prompts before it (M/G/1's mean wait).
 */
function readingSeconds({ prompt }: ServingModel, rate: number, step: number): number {
  const busy = Math.min(MOST_BUSY, rate * prompt.mean);
  const before = (rate * prompt.square) / (2 * (1 - busy));
  const behind = prompt.chunks > 1 ? before * (1 + (step + prompt.step) / prompt.fullStep) : 0;
  return chunkSeconds(prompt, step) + behind;
}

/** The chance of each state where a seat is free; states that stand for several count as often. Without requests the first is certain. */
function weightsOf(
  states: readonly State[],
  { rate, noise }: { readonly rate: number; readonly noise: number },
): readonly number[] {
  if (rate === 0) {
    return states.map((_, i) => (i === 0 ? 1 : 0));
  }
  const logs: number[] = [];
  let log = 0;
  let before = 0;
  for (const [i, { requests, ends }] of states.entries()) {
    const growth = ends > 0 ? sameLog(rate / ends) : 0;
    const gap = requests - (states[i - 1]?.requests ?? requests);
    // the sum over the states between, as if it rose evenly
    log += ((gap * (before + growth) + growth - before) / 2 / noise) * (gap > 0 ? 1 : 0);
    before = growth;
    logs.push(log);
  }
  const top = logs.reduce((most, one) => Math.max(most, one), Number.NEGATIVE_INFINITY);
  const masses = states.map(({ requests }, i) => {
    const below = states[i - 1]?.requests ?? requests - 1;
    const above = states[i + 1]?.requests ?? requests + 1;
    return ((above - below) / 2) * sameExp((logs[i] ?? 0) - top);
  });
  const all = masses.reduce((sum, mass) => sum + mass, 0);
  return masses.map((mass) => mass / all);
}

/**
 * Variance of the number of sequences against Poisson's: while a prompt is read nobody else gets a token, so that each
 * that comes also keeps busy / (1 - busy) others from ending, if there are others. Those whose outputs vary forget sooner what came together.
 */
function noiseOf(model: ServingModel, rate: number, steady: number): number {
  const { concurrency, shape, prompt, arrivalVariation } = model;
  const others = Math.min(1 - 1 / Math.max(1, concurrency.most), steady / (1 + steady));
  const busy = Math.min(MOST_BUSY, rate * promptCost(model, steady));
  const kept = (others * busy) / (1 - busy);
  const promptVariation = prompt.mean > 0 ? prompt.square / square(prompt.mean) - 1 : 0;
  const bursts = 1 + others * (Math.max(1, arrivalVariation) - 1);
  const together = square(shape.outputTokens) / shape.outputSquare;
  return 1 + (bursts * square(1 + kept) + square(kept) * promptVariation - 1) * together;
}
