import { lateAt, lateBelow, spreadAt, spreadBelow } from "./queue.ts";
import type { ServingModel } from "./serving-model.ts";
import { type ServingPoint, servingPoint } from "./throughput.ts";
import type { LatencyMetric, LatencyTarget } from "./workload.ts";

/**
 * A latency that a share of requests stays below, in seconds. An answer as a whole takes no less than its first token,
 * which the two distributions alone would not promise of the fastest requests.
 */
export function latencyAt(point: ServingPoint, metric: LatencyMetric, share: number): number {
  switch (metric) {
    case "tpot":
      return spreadAt(point.tpot, share);
    case "ttft":
      return lateAt(point.ttft, share);
    case "e2e":
      return Math.max(lateAt(point.ttft, share), lateAt(point.e2e, share));
    default:
      return metric satisfies never;
  }
}

/** The share of requests, in [0, 1], whose latency is at most so long: `latencyAt` backwards. */
export function shareBelow(point: ServingPoint, metric: LatencyMetric, seconds: number): number {
  switch (metric) {
    case "tpot":
      return spreadBelow(point.tpot, seconds);
    case "ttft":
      return lateBelow(point.ttft, seconds);
    case "e2e":
      return Math.min(lateBelow(point.ttft, seconds), lateBelow(point.e2e, seconds));
    default:
      return metric satisfies never;
  }
}

/** Whether a latency target is met, without looking for the latency at its percentile. */
export function isTargetMet(
  point: ServingPoint,
  { metric, percentile, most }: LatencyTarget,
): boolean {
  return shareBelow(point, metric, most) >= percentile;
}

/**
 * Requests a second up to which a target is met; 0 where it is missed even without load. Latencies grow with the
 * rate, so that halving finds the end.
 */
export function breakingRate(model: ServingModel, target: LatencyTarget): number {
  const meets = (rate: number): boolean => {
    const point = servingPoint(model, rate);
    return point !== undefined && isTargetMet(point, target);
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
