import { sameExp, square } from "../units/same-math.ts";
import { arrivalVariation } from "./arrivals.ts";
import { heldTokens, meanContext, mostConcurrent } from "./concurrency.ts";
import { firstToken, roomWait, tokenTime } from "./latency-parts.ts";
import type { Spread } from "./queue.ts";
import { type RequestShape, requestShape } from "./request-shape.ts";
import { promptPairs } from "./roofline.ts";
import type { ServingLimits } from "./serving-limits.ts";
import type { PromptTimes, ServingModel } from "./serving-model.ts";
import type { SpeedSetting } from "./speed-setting.ts";
import { decodeStep, promptOccupancy, promptStep, promptTime } from "./step-time.ts";
import type { Workload } from "./workload.ts";

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
  const shape = requestShape(workload, limits);
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
    square: square(mean) * (shape.promptSquare / square(tokens)),
    alone: promptTime(setting, load),
    step: promptStep(setting),
    chunks: Math.max(1, Math.ceil(tokens / limits.maxNumTokens)),
  };
}

/**
 * The rate at which so many sequences run at once: 1 / (seconds of a prompt + output · step / sequences). While a
 * sequence gets a token, running · accepted / output requests end and as many begin.
 */
export function rateAt(model: ServingModel, running: number): number {
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
export function promptCost({ prompt, setting, shape }: ServingModel, running: number): number {
  const inOneStep = (running * setting.speculation.accepted) / shape.outputTokens;
  const shared = inOneStep > 0 ? (1 - sameExp(-inOneStep)) / inOneStep : 1;
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
  const { mean: perToken, variance } = tokenTime(model, { rate, running });
  const tpot = { mean: perToken, variance };
  const wait = roomWait(model, running, shape.outputTokens * perToken);
  const first = firstToken(model, { rate, running });
  const ttft = { mean: first.mean + wait.mean, variance: first.variance + wait.variance };
  const outputVariance = Math.max(0, shape.outputSquare - square(shape.outputTokens));
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
        ttft.variance +
        square(tpot.mean) * outputVariance +
        square(shape.outputTokens) * tpot.variance,
    },
    kvTokens: {
      mean: running * held + shape.cachedTokens,
      variance: Math.min(running, concurrency.most) * heldSquare(shape, held),
    },
    waits: wait.evenChance,
  };
}

/** Mean square of what a sequence holds at a random moment: as if its output grew evenly. */
function heldSquare(shape: RequestShape, held: number): number {
  const promptVariance = shape.promptSquare - square(shape.promptTokens);
  const grown = shape.outputSquare / shape.outputTokens;
  return square(held) + promptVariance + square(grown) / 12;
}
