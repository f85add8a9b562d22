import { type Concurrency, meanContext, mostPauses } from "./concurrency.ts";
import { promptCost } from "./prompt-times.ts";
import { lesserMean } from "./queue.ts";
import type { ServingModel } from "./serving-model.ts";
import { decodeStep } from "./step-time.ts";

/** So many requests that have come and not ended, and what a step of them takes, whatever the rate. */
export interface SequenceStep {
  readonly requests: number;
  /** Those of them that run, as far as the KV cache has room. */
  readonly sequences: number;
  /** The chance that it has none for one more. */
  readonly taken: number;
  /** Seconds a token, no prompt counted. */
  readonly seconds: number;
  /** Seconds of steps that a prompt adds. */
  readonly promptCost: number;
}

/** From none to one seat less than there are; beyond the first some stand for those between. Counted once a model. */
export function sequenceSteps(model: ServingModel): readonly SequenceStep[] {
  const known = KNOWN.get(model) ?? stepsOf(model);
  KNOWN.set(model, known);
  return known;
}

const KNOWN = new WeakMap<ServingModel, readonly SequenceStep[]>();

function stepsOf(model: ServingModel): readonly SequenceStep[] {
  const { setting, shape, concurrency } = model;
  const { room } = concurrency;
  const seats = seatsOf(concurrency);
  const none = lesserMean(0, room);
  const pauses = mostPauses(shape, model.limits);
  const context = meanContext(shape);
  const steps: SequenceStep[] = [];
  for (let n = 0; n < seats; n = next(n, seats)) {
    // a normal variable may be below none
    const sequences = Math.max(0, lesserMean(n, room) - none);
    const taken = 1 - (lesserMean(n + 1, room) - lesserMean(n, room));
    steps.push({
      requests: n,
      sequences,
      taken,
      seconds: decodeStep(setting, sequences, context) / setting.speculation.accepted,
      promptCost: promptCost(model, sequences, taken * pauses),
    });
  }
  return steps;
}

/** Requests beyond which no more run: a part of a seat counts as one, and so does what a cache of short ones would hold. */
export function seatsOf({ seats, room }: Concurrency): number {
  const roomy = room.mean + FURTHEST * Math.sqrt(room.variance);
  return Math.max(1, Math.ceil(Math.min(seats, roomy)));
}

/** Standard deviations: caches that hold more are rarer than one in a thousand. */
const FURTHEST = 3;

/** Evenly apart in proportion, and the last one there is. */
function next(n: number, seats: number): number {
  return n === seats - 1 ? seats : Math.min(seats - 1, Math.max(n + 1, Math.floor(n * APART)));
}

/** Up to 32 sequences each is counted; a thousand take 160 steps. */
const APART = 1.0625;
