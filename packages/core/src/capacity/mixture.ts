import { breakingRate, latencyAt, shareBelow } from "./breaking-rate.ts";
import type { ServingModel } from "./serving-model.ts";
import { type ServingPoint, servingPoint } from "./throughput.ts";
import type { LatencyMetric, LatencyTarget } from "./workload.ts";

/** Replicas that are alike, and the part of a model's requests that they get together, in [0, 1]. */
export interface MixturePart {
  readonly weight: number;
  readonly point: ServingPoint;
  /** What its latencies are multiplied by; 1 but for bounds. */
  readonly times?: number;
}

/** The latency that a share of all requests of a model stays below, whichever replica they went to. */
export function mixtureAt(
  parts: readonly MixturePart[],
  metric: LatencyMetric,
  share: number,
): number {
  const each = parts.map(({ point, times = 1 }) => times * latencyAt(point, metric, share));
  let low = Math.min(...each);
  let high = Math.max(...each);
  for (let step = 0; step < HALVINGS && high > low; step += 1) {
    const middle = (low + high) / 2;
    if (shareWithin(parts, metric, middle) < share) {
      low = middle;
    } else {
      high = middle;
    }
  }
  return high;
}

/** Of what lies between the fastest and the slowest replica, to a billionth. */
const HALVINGS = 30;

/** The share of all requests, in [0, 1], that take at most so long. */
function shareWithin(
  parts: readonly MixturePart[],
  metric: LatencyMetric,
  seconds: number,
): number {
  const all = parts.reduce((sum, { weight }) => sum + weight, 0);
  return parts.reduce(
    (sum, { weight, point, times = 1 }) =>
      sum + (weight / all) * shareBelow(point, metric, seconds / times),
    0,
  );
}

/** Replicas that are alike, before their rate is known. A router sends each as much as it can serve. */
export interface ReplicaKind {
  readonly serving: ServingModel;
  readonly replicas: number;
}

/** Replicas by what they serve; those that serve the same take as long. */
export function replicaKinds(servings: readonly ServingModel[]): readonly ReplicaKind[] {
  const kinds = new Map<string, ReplicaKind>();
  for (const serving of servings) {
    const { mostRate, limits } = serving;
    const key = `${mostRate} ${limits.kvTokens} ${limits.maxBatchSize} ${limits.maxNumTokens}`;
    const known = kinds.get(key);
    kinds.set(key, { serving: known?.serving ?? serving, replicas: (known?.replicas ?? 0) + 1 });
  }
  return [...kinds.values()];
}

/**
 * Requests a second of a model up to which a target is met by so large a share of all of them; 0 where it is missed
 * even without load.
 */
export function modelBreakingRate(kinds: readonly ReplicaKind[], target: LatencyTarget): number {
  const most = mostOf(kinds);
  const [only] = kinds;
  if (only === undefined || most <= 0) {
    return 0;
  }
  if (kinds.length === 1) {
    return only.replicas * breakingRate(only.serving, target);
  }
  return most * lastOf((part) => doMeet(kinds, part, [target]));
}

/** Requests a second that replicas carry together within all targets, over all of their requests; the most without targets. */
export function carriedWithin(
  kinds: readonly ReplicaKind[],
  targets: readonly LatencyTarget[],
): number {
  return targets.reduce(
    (least, target) => Math.min(least, modelBreakingRate(kinds, target)),
    mostOf(kinds),
  );
}

/**
 * Whether replicas carry so many requests a second together within all targets: what a target's percentile is of are all
 * requests of a model, whichever replica they go to.
 */
export function doCarry(
  kinds: readonly ReplicaKind[],
  rate: number,
  targets: readonly LatencyTarget[],
): boolean {
  const most = mostOf(kinds);
  return rate < most && doMeet(kinds, rate / most, targets);
}

/** The same at so large a part, in [0, 1], of what each can serve; ends as soon as the others could not make up for what misses. */
function doMeet(
  kinds: readonly ReplicaKind[],
  part: number,
  targets: readonly LatencyTarget[],
): boolean {
  const all = mostOf(kinds);
  const missing = targets.map(() => 0);
  return kinds
    .filter(({ serving }) => serving.mostRate > 0)
    .every(({ serving, replicas }) => {
      const point = servingPoint(serving, part * serving.mostRate);
      const weight = (replicas * serving.mostRate) / all;
      return (
        point !== undefined &&
        targets.every(({ metric, percentile, most }, i) => {
          missing[i] = (missing[i] ?? 0) + weight * (1 - shareBelow(point, metric, most));
          return (missing[i] ?? 0) <= 1 - percentile;
        })
      );
    });
}

function mostOf(kinds: readonly ReplicaKind[]): number {
  return kinds.reduce((sum, { serving, replicas }) => sum + replicas * serving.mostRate, 0);
}

/** The largest part of a rate, in [0, 1], at which something holds that holds below too. */
function lastOf(holds: (part: number) => boolean): number {
  let low = 0;
  let high = 1;
  if (!holds(LEAST_PART)) {
    return 0;
  }
  for (let step = 0; step < RATE_HALVINGS; step += 1) {
    const middle = (low + high) / 2;
    if (holds(middle)) {
      low = middle;
    } else {
      high = middle;
    }
  }
  return low;
}

/** A rate so low that requests do not meet. */
const LEAST_PART = 1e-6;
/** To a millionth of the most that the replicas can serve. */
const RATE_HALVINGS = 20;
