import { normalAbove } from "../memory/normal.ts";
import { samePower, square } from "../units/same-math.ts";
import { spreadAt } from "./queue.ts";
import type { ServingModel } from "./serving-model.ts";
import { type ServingPoint, servingPoint } from "./throughput.ts";
import type { LatencyMetric, LatencyTarget } from "./workload.ts";

/** A latency that a share of requests stays below, in seconds. */
export function latencyAt(point: ServingPoint, metric: LatencyMetric, share: number): number {
  return spreadAt(point[metric], share);
}

/** The share of requests, in [0, 1], whose latency is at most so long: `latencyAt` backwards. */
export function shareBelow(point: ServingPoint, metric: LatencyMetric, seconds: number): number {
  const { mean, variance } = point[metric];
  if (variance <= 0 || mean <= 0) {
    return seconds >= mean ? 1 : 0;
  }
  const shape = square(mean) / variance;
  const root = samePower(seconds / mean, 1 / 3);
  return 1 - normalAbove((root - 1 + 1 / (9 * shape)) * 3 * Math.sqrt(shape));
}

/**
 * Requests a second up to which a target is met; 0 where it is missed even without load. Latencies grow with the
 * rate, so that halving finds the end.
 */
export function breakingRate(model: ServingModel, target: LatencyTarget): number {
  const meets = (rate: number): boolean => {
    const point = servingPoint(model, rate);
    return point !== undefined && latencyAt(point, target.metric, target.percentile) <= target.most;
  };
  let low = 0;
  let high = model.mostRate;
  if (!meets(model.mostRate * LEAST_SHARE)) {
    return 0;
  }
  for (let step = 0; step < HALVINGS; step += 1) {
    const middle = (low + high) / 2;
    if (meets(middle)) {
      low = middle;
    } else {
      high = middle;
    }
  }
  return low;
}

/** A rate so low that requests do not meet. */
const LEAST_SHARE = 1e-6;
/** To a millionth of the most that the replica can serve. */
const HALVINGS = 20;
