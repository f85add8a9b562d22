import { square } from "../units/same-math.ts";
import { foundChances } from "./found-chances.ts";
import { chunkSeconds, seatSteps } from "./prompt-times.ts";
import { type SequenceStep, seatsOf, sequenceSteps } from "./sequence-steps.ts";
import type { PromptTimes, ServingModel } from "./serving-model.ts";

/** How many sequences of a replica run, and how long their tokens take, as requests come and go by chance. */
export interface RunningLaw {
  /** Sequences that run on average. */
  readonly running: number;
  readonly variance: number;
  /** Of those that run: still without a first token, since their prompts are read. */
  readonly reading: number;
  /** The chance that a request finds one seat free, and that it finds none. */
  readonly oneLeft: number;
  readonly full: number;
  /** While one is: the chance that the KV cache has no room, and requests that wait for it. */
  readonly taken: number;
  readonly queued: number;
  /** Requests that wait for room at least while no seat is free. */
  readonly beyond: number;
  /** Variance of the seconds a token from one moment to another. */
  readonly tokenVariance: number;
  /** Sequences that run while a seat is free. */
  readonly free: number;
}

/** Steps with nothing but prompts would leave no time for outputs. */
export const MOST_BUSY = 0.999;

/**
 * The number of sequences as a birth-death process: requests come at `rate`, and while n run as many end a second as n
 * would at most, reading the prompts of those that follow. Their time is shared by all that run, so that outputs count
 * by their mean alone (Kelly's symmetric queues), and M/M/c is the case of steps that take as long for any n. Beyond the
 * seats requests queue.
 */
export function runningLaw(model: ServingModel, rate: number): RunningLaw {
  const { concurrency, mostRate, prompt } = model;
  const states = sequenceSteps(model).map((own) => stateOf(model, own, rate));
  const bunched = bunchedShare(model);
  const { weights, oneLeft, full } = foundChances(states, { rate, mostRate, bunched });
  const mean = (of: (state: State, i: number) => number): number =>
    states.reduce((sum, state, i) => sum + (weights[i] ?? 0) * of(state, i), 0);
  const free = mean(({ sequences }) => sequences);
  const lastReading = chunkSeconds(prompt, states.at(-1)?.seconds ?? 0) + lastChunk(prompt);
  const last = {
    requests: seatsOf(concurrency),
    perToken: (concurrency.most / mostRate - lastReading) / model.shape.outputTokens,
  };
  const joined = (state: State, i: number): number => withOneMore(state, states[i + 1] ?? last);
  const tokens = (1 - full) * mean(joined) + full * last.perToken;
  const running = (1 - full) * free + full * concurrency.most;
  return {
    running,
    variance:
      (1 - full) * mean(({ sequences }) => square(sequences - running)) +
      full * square(concurrency.most - running),
    reading: Math.min(
      (1 - full) * mean(({ reading }) => reading) + full * rate * lastReading,
      // prompts that wait in vain for a step have no seat
      Math.max(0, running - rate * model.shape.outputTokens * (states[0]?.seconds ?? 0)),
    ),
    oneLeft,
    full,
    taken: mean(({ taken }) => taken),
    queued: mean(({ requests, sequences }) => requests - sequences),
    beyond: Math.max(0, seatsOf(concurrency) - concurrency.most),
    tokenVariance:
      (1 - full) * mean((state, i) => square(joined(state, i) - tokens)) +
      full * square(last.perToken - tokens),
    free,
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
  return {
    requests,
    sequences,
    taken,
    seconds,
    perToken: seconds / (1 - Math.min(MOST_BUSY, rate * promptCost)),
    ends: sequences > 0 ? sequences / (seatSteps(model) * seconds + sequences * promptCost) : 0,
    reading: rate * readingSeconds(model, rate, seconds),
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
 * Seconds for which a request has a seat before its first token, beside a step of those that have one: its prompt, and
 * steps that are full of prompts before it (M/G/1's mean wait).
 */
function readingSeconds({ prompt }: ServingModel, rate: number, step: number): number {
  const busy = Math.min(MOST_BUSY, rate * prompt.mean);
  const before = (rate * prompt.square) / (2 * (1 - busy));
  const behind = prompt.chunks > 1 ? before * (1 + (step + prompt.step) / prompt.fullStep) : 0;
  return chunkSeconds(prompt, step) + lastChunk(prompt) + behind;
}

/** What the last chunk of a prompt adds to its step. */
function lastChunk({ mean, chunks, step, fullStep }: PromptTimes): number {
  return Math.max(0, mean - (chunks - 1) * fullStep) + step;
}

/**
 * The chance that another request comes right behind one: bunches of geometric size that vary as arrivals do. Those
 * whose outputs vary forget sooner what came together.
 */
function bunchedShare({ shape, arrivalVariation }: ServingModel): number {
  const together = square(shape.outputTokens) / shape.outputSquare;
  const more = Math.max(0, arrivalVariation - 1) * together;
  return more / (more + 2);
}
