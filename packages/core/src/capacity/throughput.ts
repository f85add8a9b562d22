import { square } from "../units/same-math.ts";
import { arrivalVariation } from "./arrivals.ts";
import { heldTokens, heldVariance, meanContext, mostConcurrent } from "./concurrency.ts";
import { firstToken, roomWait, tokenTime } from "./latency-parts.ts";
import { promptCost, promptTimes, seatSteps } from "./prompt-times.ts";
import { type LateSpread, type Spread, withWait } from "./queue.ts";
import { requestShape } from "./request-shape.ts";
import { requestWork } from "./request-work.ts";
import { type RunningLaw, runningLaw } from "./running-law.ts";
import type { ServingLimits } from "./serving-limits.ts";
import type { ServingModel } from "./serving-model.ts";
import type { SpeedSetting } from "./speed-setting.ts";
import { decodeStep } from "./step-time.ts";
import type { Workload } from "./workload.ts";

/** What a replica does at one rate of requests; seconds. */
export interface ServingPoint {
  /** Requests a second. */
  readonly rate: number;
  /** Sequences that get tokens, on average. */
  readonly running: number;
  /** As many as would get tokens if none came or went by chance. */
  readonly steady: number;
  readonly law: RunningLaw;
  /** Share of the rate that it can serve at the most. */
  readonly utilization: number;
  readonly ttft: LateSpread;
  readonly tpot: Spread;
  readonly e2e: LateSpread;
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
  const prompt = promptTimes(setting, { limits, workload, shape });
  const model = { setting, limits, shape, concurrency, arrivalVariation: variation, prompt };
  const rated = { ...model, mostRate: rateAt(model, concurrency.most, concurrency.pauses) };
  return { ...rated, work: requestWork(rated, workload) };
}

/**
 * The rate at which so many sequences run at once. Each has its seat for its output's steps and for those of its
 * prompt's other chunks, which all take longer by the prompts of as many requests: running = rate · (steps · step +
 * running · prompt).
 */
export function rateAt(
  model: Pick<ServingModel, "setting" | "shape" | "prompt">,
  running: number,
  pauses = 0,
): number {
  if (running <= 0) {
    return 0;
  }
  const { setting, shape } = model;
  const step = decodeStep(setting, running, meanContext(shape)) / setting.speculation.accepted;
  return running / (seatSteps(model) * step + running * promptCost(model, running, pauses));
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

function pointAt(model: ServingModel, rate: number, steady: number): ServingPoint {
  const { shape, limits } = model;
  const law = runningLaw(model, rate);
  const { running } = law;
  const { mean: perToken, variance } = tokenTime(model, { ...law, rate, steady });
  const tpot = { mean: perToken, variance };
  const wait = roomWait(model, { rate, law });
  const first = firstToken(model, { rate, running });
  const ready = { mean: first.mean, variance: first.variance };
  const ttft = withWait(ready, wait);
  const outputVariance = Math.max(0, shape.outputSquare - square(shape.outputTokens));
  const later = shape.outputTokens - 1;
  const held = heldTokens(shape, limits);
  return {
    rate,
    running,
    steady,
    law,
    utilization: rate / model.mostRate,
    ttft,
    tpot,
    e2e: withWait(
      {
        mean: first.mean + later * tpot.mean,
        variance:
          first.variance + square(tpot.mean) * outputVariance + square(later) * tpot.variance,
      },
      wait,
    ),
    kvTokens: {
      mean: running * held + shape.cachedTokens,
      variance: law.variance * square(held) + running * heldVariance(shape),
    },
    waits: wait.chance,
  };
}
