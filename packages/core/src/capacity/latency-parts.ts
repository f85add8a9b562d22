import { sameExp, sameLog, square } from "../units/same-math.ts";
import { firstTokenSeconds, waitSteps } from "./closed-loop.ts";
import { meanContext } from "./concurrency.ts";
import type { Spread } from "./queue.ts";
import { MOST_BUSY, type RunningLaw } from "./running-law.ts";
import type { PromptTimes, ServingModel } from "./serving-model.ts";
import { decodeStep } from "./step-time.ts";

/** A replica at a rate of requests, of which so many run at once on average. */
export interface RunningLoad {
  readonly rate: number;
  readonly running: number;
  /** Of those: still without a first token. */
  readonly reading: number;
  /** As many as would run if none came or went by chance. */
  readonly steady: number;
}

/** Seconds a token, and what makes them vary. */
export interface TokenTime extends Spread {
  /** The part of what steps vary from moment to moment that is left over a whole output. */
  readonly kept: number;
}

/**
 * Seconds a token: by Little's law of those that have a first one. They vary with who else runs, which changes about as slowly as
 * requests end, and with the prompts that come, also while one of them is read: as the busy time of M/G/1 does. Both at
 * once, since those who come run next: their deviations add up.
 */
export function tokenTime(
  model: ServingModel,
  {
    rate,
    running,
    reading,
    steady,
    tokenVariance,
  }: RunningLoad & { readonly tokenVariance: number },
): TokenTime {
  const { shape, prompt, work } = model;
  const mean = rate > 0 ? (running - reading) / (rate * shape.outputTokens) : stepOf(model, 1);
  const kept = keptShare(model, steady);
  const left = 1 - busyShare(model, rate);
  const others =
    (promptVariation(model) * rate * mean * prompt.square * work.outputInverse) / square(left);
  const variance = square(Math.sqrt(kept * tokenVariance) + Math.sqrt(others));
  return { mean, variance, kept };
}

/**
 * What is left of a slow variation's variance in the mean over a time t where it is forgotten in τ: 2 (x - 1 + e^-x) / x²
 * for x = t / τ. Sequences beyond the usual number end in the time of a request over the part by which n of them end
 * faster than one.
 */
function keptShare(model: ServingModel, steady: number): number {
  const some = Math.max(1, steady);
  const more = some * (1 + SLIGHTLY);
  const grows = sameLog(stepOf(model, more) / stepOf(model, some)) / sameLog(1 + SLIGHTLY);
  const forgotten = Math.max(SLIGHTLY, 1 - grows);
  return (2 * (forgotten - 1 + sameExp(-forgotten))) / square(forgotten);
}

const SLIGHTLY = 0.01;

/** Seconds of a step of so many sequences of mean length, with no prompts in it. */
function stepOf({ setting, shape }: ServingModel, running: number): number {
  return decodeStep(setting, running, meanContext(shape));
}

/** Seconds to the first token when there is room, and what they are made of. */
export interface FirstToken extends Spread {
  /** Of a step without prompts. */
  readonly step: number;
  /** From one step to the next, prompts included. */
  readonly cycle: number;
  readonly cycleVariance: number;
  /** The cycle into which a request comes: longer ones are met more often. */
  readonly seen: number;
  /** Seconds before the first step, and steps that pass beyond half of the running one. */
  readonly server: number;
  readonly waits: number;
  /** Of the time behind prompts of others. */
  readonly waitVariance: number;
}

/**
 * From arrival to the first token when there is room: the rest of the step that runs, then a step with all prompts
 * that came in the meantime. Steps are cycles of a gated queue: C = step + prompts · Poisson(rate · C), so that
 * Var C = rate · E[C] · E[prompt²] / (1 - busy²).
 */
export function firstToken(
  model: ServingModel,
  { rate, running }: Pick<RunningLoad, "rate" | "running">,
): FirstToken {
  const { setting, prompt } = model;
  const busy = busyShare(model, rate);
  const step = stepOf(model, Math.max(running, 1));
  const cycle = (step + (1 - sameExp(-rate * step)) * prompt.step) / (1 - busy);
  const cycleVariance =
    (promptVariation(model) * rate * cycle * prompt.square) / (1 - square(busy));
  const seen = cycle + cycleVariance / cycle;
  const waits = waitSteps(setting) - 1 / 2;
  const server = firstTokenSeconds(setting);
  const mates = rate * seen;
  const waitVariance = promptVariation(model) * promptWaitVariance(prompt, rate, busy);
  const perChunk = step + prompt.step;
  const own = prompt.chunks * perChunk + prompt.alone;
  return {
    mean: server + waits * step + seen / 2 + own + mates * prompt.mean,
    variance:
      square(seen) / 12 +
      (prompt.square - square(prompt.mean)) +
      square(perChunk) * prompt.chunkVariance +
      2 * perChunk * prompt.chunkCovariance +
      waitVariance,
    waitVariance,
    step,
    cycle,
    cycleVariance,
    seen,
    server,
    waits,
  };
}

/** The share of the time for which prompts are read. */
export function busyShare({ prompt }: ServingModel, rate: number): number {
  return Math.min(MOST_BUSY, rate * prompt.mean);
}

/** Variance of the wait behind other prompts, one after another: M/G/1, Pollaczek and Khinchine. */
function promptWaitVariance(prompt: PromptTimes, rate: number, busy: number): number {
  const mean = (rate * prompt.square) / (2 * (1 - busy));
  return square(mean) + (rate * prompt.cube) / (3 * (1 - busy));
}

/** How prompts that come vary against Poisson arrivals of prompts that are all alike. */
export function promptVariation({ arrivalVariation, prompt }: ServingModel): number {
  const service = prompt.mean > 0 ? prompt.square / square(prompt.mean) - 1 : 0;
  return (arrivalVariation + service) / (1 + service);
}

/** Seconds that requests wait for room, and what they are made of. */
export interface RoomWait {
  /** The chance that a request waits, with arrivals as even as they are. */
  readonly chance: number;
  /** How arrivals and requests vary, against M/M/c. */
  readonly scale: number;
  /** What is left of M/M/c's chance to wait, and of its wait, where arrivals are more even than Poisson's. */
  readonly even: number;
  readonly shorter: number;
  /** Mean of all, and of those that wait. */
  readonly mean: number;
  readonly seconds: number;
}

/**
 * Waiting for room among the sequences that may run. While a seat is free, but no room in the KV cache, as many wait as
 * the law of those that run says; where none is, as in M/M/c, scaled by how arrivals and the work of requests vary
 * (Allen and Cunneen).
 */
export function roomWait(
  { mostRate, work, arrivalVariation }: ServingModel,
  { rate, law }: { readonly rate: number; readonly law: RunningLaw },
): RoomWait {
  const variations = {
    busy: rate / mostRate,
    arrivalVariation,
    workVariation: work.variation,
  };
  const scale = (arrivalVariation + work.variation) / 2;
  const [even, shorter] = [evenShare(variations), shorterShare(variations)];
  const { full, taken, queued, beyond } = law;
  const inQueue = rate > 0 ? ((1 - full) * queued + full * beyond) / rate : 0;
  const mean = inQueue + (full * scale * shorter) / (mostRate - rate);
  const chance = (full + (1 - full) * taken) * even;
  return { chance, scale, even, shorter, mean, seconds: mean / Math.max(LEAST_CHANCE, chance) };
}

/** Where fewer wait, how long they do plays no part. */
export const LEAST_CHANCE = 1e-9;

/** What the chance to wait, and the wait, depend on beside the number of seats. */
interface Variations {
  readonly busy: number;
  readonly arrivalVariation: number;
  readonly workVariation: number;
}

/**
 * The part of M/M/1's chance to wait that is left where arrivals vary less: Kraemer and Langenbach-Belz, 1976. None for
 * constant arrivals of equal requests; 0.40 for constant arrivals of exponential ones at half load, where 0.406 is exact.
 */
function evenShare({ busy, arrivalVariation, workVariation }: Variations): number {
  const arrivals = Math.min(1, arrivalVariation);
  const factor =
    (1 + arrivals + busy * workVariation) /
    (1 + busy * (workVariation - 1) + square(busy) * (4 * arrivals + workVariation));
  return Math.max(0, 1 - (1 - arrivals) * (1 - busy) * factor);
}

/** The part of the wait that is left then; the same source. */
function shorterShare({ busy, arrivalVariation, workVariation }: Variations): number {
  const uneven = Math.max(0, 1 - arrivalVariation);
  return uneven === 0
    ? 1
    : sameExp((-2 * (1 - busy) * square(uneven)) / (3 * busy * (arrivalVariation + workVariation)));
}
