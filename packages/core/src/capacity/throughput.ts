import { arrivalVariation } from "./arrivals.ts";
import { firstTokenSeconds, waitSteps } from "./closed-loop.ts";
import {
  type Concurrency,
  heldTokens,
  meanContext,
  mostConcurrent,
  type RequestShape,
  requestShape,
} from "./concurrency.ts";
import { chanceToWait, type Spread } from "./queue.ts";
import { promptPairs } from "./roofline.ts";
import type { ServingLimits } from "./serving-limits.ts";
import type { SpeedSetting } from "./speed-setting.ts";
import { decodeStep, promptOccupancy, promptStep, promptTime } from "./step-time.ts";
import type { Workload } from "./workload.ts";

/** One replica and the requests that it gets, with everything that does not depend on their rate. */
export interface ServingModel {
  readonly setting: SpeedSetting;
  readonly limits: ServingLimits;
  readonly shape: RequestShape;
  readonly concurrency: Concurrency;
  /** Requests a second that it can serve at the most. */
  readonly mostRate: number;
  /** Squared coefficient of variation of the times between arrivals: 1 for Poisson, 0 for constant. */
  readonly arrivalVariation: number;
  readonly prompt: PromptTimes;
}

interface PromptTimes {
  /** Mean seconds that a prompt keeps the replica busy, and their mean square. */
  readonly mean: number;
  readonly square: number;
  /** Until its last token is read, where nothing else is. */
  readonly alone: number;
  /** Of a step that reads any prompt. */
  readonly step: number;
  /** Steps that it is read in. */
  readonly chunks: number;
}

/** What a replica does at one rate of requests; seconds. */
export interface ServingPoint {
  /** Requests a second. */
  readonly rate: number;
  /** Sequences that get tokens, on average. */
  readonly running: number;
  /** Share of the rate that it can serve at the most. */
  readonly utilization: number;
  readonly ttft: Spread;
  readonly tpot: Spread;
  readonly e2e: Spread;
  /** Tokens of the KV cache in use, all sequences together. */
  readonly kvTokens: Spread;
  /** The chance that a request waits for room to run. */
  readonly waits: number;
}

/** Prepares a replica for a workload: what is left is arithmetic of microseconds. */
export function servingModel(
  setting: SpeedSetting,
  limits: ServingLimits,
  workload: Workload,
): ServingModel {
  const shape = requestShape(workload, limits.reusesPrefix);
  const concurrency = mostConcurrent(shape, limits);
  const variation = arrivalVariation(workload.arrivals);
  const prompt = promptTimes(setting, limits, shape);
  const model = { setting, limits, shape, concurrency, arrivalVariation: variation, prompt };
  return { ...model, mostRate: rateAt({ ...model, mostRate: 0 }, concurrency.most) };
}

function promptTimes(
  setting: SpeedSetting,
  limits: ServingLimits,
  shape: RequestShape,
): PromptTimes {
  const tokens = shape.promptTokens;
  const load = { tokens, pairs: promptPairs(tokens, shape.cachedTokens), prompts: 1 };
  const mean = promptOccupancy(setting, load);
  return {
    mean,
    square: mean ** 2 * (shape.promptSquare / tokens ** 2),
    alone: promptTime(setting, load),
    step: promptStep(setting),
    chunks: Math.max(1, Math.ceil(tokens / limits.maxNumTokens)),
  };
}

/**
 * The rate at which so many sequences run at once: 1 / (seconds of a prompt + output · step / sequences). While a
 * sequence gets a token, running · accepted / output requests end and as many begin.
 */
function rateAt(model: ServingModel, running: number): number {
  if (running <= 0) {
    return 0;
  }
  const { setting, shape } = model;
  const perToken = decodeStep(setting, running, meanContext(shape)) / setting.speculation.accepted;
  return 1 / (promptCost(model, running) + (shape.outputTokens * perToken) / running);
}

/**
 * Seconds of steps that a prompt adds: prompts that come within one step share what any prompt costs, and each chunk
 * of a long prompt but its last has a step of its own.
 */
function promptCost({ prompt, setting, shape }: ServingModel, running: number): number {
  const inOneStep = (running * setting.speculation.accepted) / shape.outputTokens;
  const shared = inOneStep > 0 ? (1 - Math.exp(-inOneStep)) / inOneStep : 1;
  return prompt.mean + prompt.step * (prompt.chunks - 1 + shared);
}

/** What a replica does at a rate of requests; undefined where that is more than it can serve. */
export function servingPoint(model: ServingModel, rate: number): ServingPoint | undefined {
  if (!(rate >= 0) || rate >= model.mostRate) {
    return undefined;
  }
  return pointAt(model, rate, runningAt(model, rate));
}

/** Sequences that run at once at a rate below the most: `rateAt` backwards. */
function runningAt(model: ServingModel, rate: number): number {
  let low = 0;
  let high = model.concurrency.most;
  for (let step = 0; step < HALVINGS; step += 1) {
    const middle = (low + high) / 2;
    if (rateAt(model, middle) < rate) {
      low = middle;
    } else {
      high = middle;
    }
  }
  return high;
}

/** Of an interval of up to thousands of sequences, to a millionth of one. */
const HALVINGS = 32;

function pointAt(model: ServingModel, rate: number, running: number): ServingPoint {
  const { shape, limits, concurrency } = model;
  const tpot = tpotAt(model, rate, running);
  const wait = roomWait(model, running, shape.outputTokens * tpot.mean);
  const first = firstAt(model, rate, running);
  const ttft = { mean: first.mean + wait.mean, variance: first.variance + wait.variance };
  const outputVariance = Math.max(0, shape.outputSquare - shape.outputTokens ** 2);
  const held = heldTokens(shape, limits);
  return {
    rate,
    running,
    utilization: rate / model.mostRate,
    ttft,
    tpot,
    e2e: {
      mean: ttft.mean + shape.outputTokens * tpot.mean,
      variance:
        ttft.variance + tpot.mean ** 2 * outputVariance + shape.outputTokens ** 2 * tpot.variance,
    },
    kvTokens: {
      mean: running * held + shape.cachedTokens,
      variance: Math.min(running, concurrency.most) * heldSquare(shape, held),
    },
    waits: wait.chance,
  };
}

/** Mean square of what a sequence holds at a random moment: as if its output grew evenly. */
function heldSquare(shape: RequestShape, held: number): number {
  const promptVariance = shape.promptSquare - shape.promptTokens ** 2;
  const grown = shape.outputSquare / shape.outputTokens;
  return held ** 2 + promptVariance + grown ** 2 / 12;
}

/** Seconds a token: the mean step with its share of prompts; it varies with who else runs and how many prompts come. */
function tpotAt(model: ServingModel, rate: number, running: number): Spread {
  const { setting, shape, prompt } = model;
  const mean = rate > 0 ? running / (rate * shape.outputTokens) : stepOf(model, 0);
  const more = stepOf(model, running + Math.sqrt(running)) - stepOf(model, running);
  const others = (rate * mean * prompt.square) / shape.outputTokens;
  return { mean, variance: (more / setting.speculation.accepted) ** 2 + others };
}

function stepOf({ setting, shape }: ServingModel, running: number): number {
  return decodeStep(setting, running, meanContext(shape));
}

/**
 * From arrival to the first token when there is room: the rest of the step that runs, then a step with all prompts
 * that came in the meantime. Steps are cycles of a gated queue: C = step + prompts · Poisson(rate · C), so that
 * Var C = rate · E[C] · E[prompt²] / (1 - busy²).
 */
function firstAt(model: ServingModel, rate: number, running: number): Spread {
  const { setting, prompt } = model;
  const busy = Math.min(MOST_BUSY, rate * prompt.mean);
  const step = stepOf(model, Math.max(running, 1));
  const cycle = (step + (1 - Math.exp(-rate * step)) * prompt.step) / (1 - busy);
  const cycleVariance = (promptVariation(model) * rate * cycle * prompt.square) / (1 - busy ** 2);
  const seen = cycle + cycleVariance / cycle;
  const waits = waitSteps(setting) - 1 / 2;
  const mates = rate * seen;
  const own = prompt.chunks * (step + prompt.step) + prompt.alone;
  return {
    mean: firstTokenSeconds(setting) + waits * step + seen / 2 + own + mates * prompt.mean,
    variance:
      seen ** 2 / 12 + (prompt.square - prompt.mean ** 2) + mates * prompt.square + cycleVariance,
  };
}

/** Steps with nothing but prompts would leave no time for outputs. */
const MOST_BUSY = 0.999;

function promptVariation({ arrivalVariation, prompt }: ServingModel): number {
  const service = prompt.mean > 0 ? prompt.square / prompt.mean ** 2 - 1 : 0;
  return (arrivalVariation + service) / (1 + service);
}

/** Waiting for room among the sequences that may run: M/M/c, scaled by how arrivals and outputs vary. */
function roomWait(
  { concurrency, shape, arrivalVariation }: ServingModel,
  running: number,
  seconds: number,
): Spread & { readonly chance: number } {
  const servers = Math.max(1, Math.floor(concurrency.most));
  const chance = chanceToWait(servers, Math.min(running, servers * MOST_BUSY));
  const outputVariation = shape.outputSquare / shape.outputTokens ** 2 - 1;
  const scale = (arrivalVariation + outputVariation) / 2;
  const whenWaiting = (scale * seconds) / Math.max(servers - running, servers * (1 - MOST_BUSY));
  return {
    chance,
    mean: chance * whenWaiting,
    variance: chance * (2 - chance) * whenWaiting ** 2,
  };
}
