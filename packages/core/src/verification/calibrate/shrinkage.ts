/** One engine's start: measured over published, and the published bounds over the published value. */
import { sameExp, sameLog, square } from "../../units/same-math.ts";
export interface Observation {
  readonly ratio: number;
  readonly low: number;
  readonly high: number;
}

export interface Shrunk {
  readonly factor: number;
  /** On the logarithms of the bounds: 1 leaves them. */
  readonly spread: number;
  readonly priorRuns: number;
  /** Geometric mean of the ratios, and the least and most of them. */
  readonly measured: number;
  readonly least: number;
  readonly most: number;
  readonly isLimited: boolean;
}

/** 2.5 % of a normal distribution lie above so many standard deviations: bounds hold 95 %. */
const BOUND_SIGMAS = 1.959964;

/** A published value counts as so many runs at least: four runs of one's own weigh as much as it. */
const LEAST_PRIOR_RUNS = 4;

/** And as so many at most, so that enough runs always win. */
const MOST_PRIOR_RUNS = 50;

/** By how much one term differs from start to start on one machine, as a share; a judgement, not a measurement. */
const RUN_SPREAD = 0.1;

/** No correction goes further than this factor either way: beyond it, the law is wrong or the log is misread. */
const MOST_FACTOR = 4;

/** Bounds never come nearer than to this part of their distance, nor move out further than this many times. */
const LEAST_SPREAD = 0.1;
const MOST_SPREAD = 2;

/**
 * A published value drawn towards what was measured, by a normal law of logarithms. With y = ln(measured / published) of
 * n runs, τ the standard deviation that the published bounds stand for, and k = (0.1 / τ)² prior runs (4 to 50):
 * ln f = Σy / (n + k), and s² = (k τ² + Σ(y − ȳ)² + k n ȳ² / (n + k)) / (n + k) is what the bounds then stand for. No
 * runs leave all as it is; many equal ones end at what was measured. Undefined without bounds to draw from.
 */
export function shrink(observations: readonly Observation[]): Shrunk | undefined {
  // sums of sorted numbers do not depend on the order of the runs
  const runs = [...observations].sort(
    (a, b) => a.ratio - b.ratio || a.low - b.low || a.high - b.high,
  );
  const n = runs.length;
  const sigma = mean(runs.map(publishedSigma));
  if (n === 0 || !(sigma > 0)) {
    return;
  }
  const logs = runs.map(({ ratio }) => limited(sameLog(ratio)));
  const average = mean(logs);
  const prior = Math.min(MOST_PRIOR_RUNS, Math.max(LEAST_PRIOR_RUNS, square(RUN_SPREAD / sigma)));
  const scatter = logs.reduce((sum, y) => sum + square(y - average), 0);
  const pull = (prior * n * square(average)) / (n + prior);
  const variance = (prior * square(sigma) + scatter + pull) / (n + prior);
  const spread = Math.sqrt(variance) / sigma;
  return {
    factor: sameExp((n * average) / (n + prior)),
    spread: Math.min(MOST_SPREAD, Math.max(LEAST_SPREAD, spread)),
    priorRuns: prior,
    measured: sameExp(average),
    least: sameExp(logs[0] ?? 0),
    most: sameExp(logs.at(-1) ?? 0),
    isLimited: runs.some(({ ratio }) => Math.abs(sameLog(ratio)) > sameLog(MOST_FACTOR)),
  };
}

/** Half the distance between the bounds in logarithms; a lower bound of 0 counts as far below as the limit. */
function publishedSigma({ low, high }: Observation): number {
  const below = sameLog(Math.max(low, 1 / square(MOST_FACTOR)));
  return (sameLog(Math.max(high, 1)) - Math.min(0, below)) / (2 * BOUND_SIGMAS);
}

function limited(log: number): number {
  const most = sameLog(MOST_FACTOR);
  return Math.min(most, Math.max(-most, log));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
