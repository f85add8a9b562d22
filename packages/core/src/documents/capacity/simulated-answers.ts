import type { Occupancy } from "../../capacity/occupancy/occupancy.ts";
import type { Estimate } from "../../capacity/quantiles.ts";
import type { LatencyQuantiles, Simulation } from "../../capacity/simulation/simulate.ts";
import type {
  Interval,
  OccupancyCapacity,
  SimulatedCapacity,
  SimulatedLatency,
} from "./capacity-document.ts";
import type { ReplicaCase } from "./replica-cases.ts";

/** What the paths of a replica say, for the document. */
export function occupancyAnswer({ likes }: ReplicaCase, found: Occupancy): OccupancyCapacity {
  const { sequences, waits, pauses, everWaits, runsOut, overall, intervals } = found;
  // nothing is known of a part of the time in which no path was looked at
  const bands = found.bands.filter(({ p50 }) => !Number.isNaN(p50.value));
  return {
    replicas: likes,
    sequences,
    waits,
    pauses,
    everWaits,
    runsOut,
    kvOccupancy: overall,
    kvIntervals: intervals,
    bands: bands.map(({ fromSeconds, toSeconds, p50, p95, p99 }) => ({
      fromSeconds,
      toSeconds,
      p50: p50.value,
      p95: p95.value,
      p99: p99.value,
    })),
    bandIntervals: bands.map(({ p50, p95, p99 }) => ({ p50, p95, p99 })),
  };
}

/** What the requests of a replica met, for the document. */
export function simulationAnswer({ likes }: ReplicaCase, found: Simulation): SimulatedCapacity {
  const { requests, steps, sequences, occupancy, intervals, waits, pauses } = found;
  return {
    replicas: likes,
    requests,
    steps,
    sequences,
    ...(requests > 0 ? { waits: notBelow0(waits), pauses: notBelow0(pauses) } : {}),
    kvOccupancy: occupancy,
    kvIntervals: intervals,
    latencies: SIMULATED_METRICS.flatMap((metric) => latencyAnswer(metric, found[metric])),
    inputTokensPerSecond: found.promptTokensPerSecond,
    outputTokensPerSecond: found.outputTokensPerSecond,
  };
}

/** What is told of requests that were followed; waiting for the first step is no target. */
export const SIMULATED_METRICS = ["ttft", "tpot", "e2e", "queueing"] as const;

/** None where no request ended. */
export function latencyAnswer(
  metric: SimulatedLatency["metric"],
  { mean, p50, p95, p99, asked }: Omit<LatencyQuantiles, "sorted">,
): readonly SimulatedLatency[] {
  return Number.isNaN(p50)
    ? []
    : [
        {
          metric,
          meanSeconds: notBelow0(mean),
          p50Seconds: p50,
          p95Seconds: p95,
          p99Seconds: p99,
          quantiles: [...asked].map(([percentile, seconds]) => ({ percentile, seconds })),
        },
      ];
}

/** Neither times nor chances are negative, however wide an interval is. */
function notBelow0({ value, low, high }: Estimate): Interval {
  return { value, low: Math.max(0, low), high };
}
