import { sameExp, square } from "../units/same-math.ts";
import { firstTokenSeconds, waitSteps } from "./closed-loop.ts";
import { meanContext } from "./concurrency.ts";
import { chanceToWait, type Spread } from "./queue.ts";
import type { ServingModel } from "./serving-model.ts";
import { decodeStep } from "./step-time.ts";

/** A replica at a rate of requests, of which so many run at once on average. */
export interface RunningLoad {
  readonly rate: number;
  readonly running: number;
}

/** Seconds a token, and what makes them vary. */
export interface TokenTime extends Spread {
  /** How much longer a step is with one standard deviation of sequences more. */
  readonly more: number;
}

/** Seconds a token: the mean step with its share of prompts; it varies with who else runs and how many prompts come. */
export function tokenTime(model: ServingModel, { rate, running }: RunningLoad): TokenTime {
  const { setting, shape, prompt } = model;
  const mean = rate > 0 ? running / (rate * shape.outputTokens) : stepOf(model, 0);
  const more = stepOf(model, running + Math.sqrt(running)) - stepOf(model, running);
  const others = (rate * mean * prompt.square) / shape.outputTokens;
  return { mean, variance: square(more / setting.speculation.accepted) + others, more };
}

/** Seconds of a step of so many sequences of mean length, with no prompts in it. */
export function stepOf({ setting, shape }: ServingModel, running: number): number {
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
}

/**
 * From arrival to the first token when there is room: the rest of the step that runs, then a step with all prompts
 * that came in the meantime. Steps are cycles of a gated queue: C = step + prompts · Poisson(rate · C), so that
 * Var C = rate · E[C] · E[prompt²] / (1 - busy²).
 */
export function firstToken(model: ServingModel, { rate, running }: RunningLoad): FirstToken {
  const { setting, prompt } = model;
  const busy = Math.min(MOST_BUSY, rate * prompt.mean);
  const step = stepOf(model, Math.max(running, 1));
  const cycle = (step + (1 - sameExp(-rate * step)) * prompt.step) / (1 - busy);
  const cycleVariance =
    (promptVariation(model) * rate * cycle * prompt.square) / (1 - square(busy));
  const seen = cycle + cycleVariance / cycle;
  const waits = waitSteps(setting) - 1 / 2;
  const server = firstTokenSeconds(setting);
  const mates = rate * seen;
  const own = prompt.chunks * (step + prompt.step) + prompt.alone;
  return {
    mean: server + waits * step + seen / 2 + own + mates * prompt.mean,
    variance:
      square(seen) / 12 +
      (prompt.square - square(prompt.mean)) +
      mates * prompt.square +
      cycleVariance,
    step,
    cycle,
    cycleVariance,
    seen,
    server,
    waits,
  };
}

/** Steps with nothing but prompts would leave no time for outputs. */
export const MOST_BUSY = 0.999;

/** How prompts that come vary against Poisson arrivals of prompts that are all alike. */
export function promptVariation({ arrivalVariation, prompt }: ServingModel): number {
  const service = prompt.mean > 0 ? prompt.square / square(prompt.mean) - 1 : 0;
  return (arrivalVariation + service) / (1 + service);
}

/** Seconds that requests wait for room, and what they are made of. */
export interface RoomWait extends Spread {
  /** The chance that a request waits in M/M/c. */
  readonly chance: number;
  /** The same with arrivals as even as they are. */
  readonly evenChance: number;
  readonly servers: number;
  /** How arrivals and outputs vary, against M/M/c. */
  readonly scale: number;
  /** Mean of those that wait. */
  readonly whenWaiting: number;
}

/** Waiting for room among the sequences that may run: M/M/c, scaled by how arrivals and outputs vary. */
export function roomWait(
  { concurrency, shape, arrivalVariation }: ServingModel,
  running: number,
  seconds: number,
): RoomWait {
  const servers = Math.max(1, Math.floor(concurrency.most));
  const chance = chanceToWait(servers, Math.min(running, servers * MOST_BUSY));
  const outputVariation = shape.outputSquare / square(shape.outputTokens) - 1;
  const scale = (arrivalVariation + outputVariation) / 2;
  const whenWaiting = (scale * seconds) / Math.max(servers - running, servers * (1 - MOST_BUSY));
  return {
    chance,
    evenChance: chance * evenShare({ busy: running / servers, arrivalVariation, outputVariation }),
    mean: chance * whenWaiting,
    variance: chance * (2 - chance) * square(whenWaiting),
    servers,
    scale,
    whenWaiting,
  };
}

/**
 * The part of M/M/1's chance to wait that is left where arrivals vary less: Kraemer and Langenbach-Belz, 1976. None for
 * constant arrivals of equal requests; 0.40 for constant arrivals of exponential ones at half load, where 0.406 is exact.
 */
function evenShare({
  busy,
  arrivalVariation,
  outputVariation,
}: {
  readonly busy: number;
  readonly arrivalVariation: number;
  readonly outputVariation: number;
}): number {
  const load = Math.min(1, busy);
  const arrivals = Math.min(1, arrivalVariation);
  const factor =
    (1 + arrivals + load * outputVariation) /
    (1 + load * (outputVariation - 1) + square(load) * (4 * arrivals + outputVariation));
  return load < 1 ? Math.max(0, 1 - (1 - arrivals) * (1 - load) * factor) : 1;
}
