import { latencyAt } from "./breaking-rate.ts";
import type { SpeedBounds } from "./speed-constants.ts";
import type { ServingPoint } from "./throughput.ts";
import type { LatencyTarget } from "./workload.ts";

/**
 * What a latency is multiplied by for its bounds. An answer as a whole takes those of TTFT for as long as its first
 * token takes at the same percentile, and those of TPOT for the rest.
 */
export function latencyRatios(
  point: ServingPoint,
  bounds: SpeedBounds,
  { metric, percentile }: Pick<LatencyTarget, "metric" | "percentile">,
): readonly [low: number, high: number] {
  if (metric !== "e2e") {
    return bounds[metric];
  }
  const whole = latencyAt(point, "e2e", percentile);
  const first = whole > 0 ? Math.min(1, latencyAt(point, "ttft", percentile) / whole) : 1;
  const mixed = (end: 0 | 1): number => first * bounds.ttft[end] + (1 - first) * bounds.tpot[end];
  return [mixed(0), mixed(1)];
}
