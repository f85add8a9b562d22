import type { Estimate } from "../../capacity/quantiles.ts";
import type { LatencyQuantiles, Simulation } from "../../capacity/simulation/simulate.ts";
import { weightedQuantiles } from "../../capacity/weighted-quantiles.ts";
import type { LatencyTarget } from "../../capacity/workload.ts";
import { square } from "../../units/same-math.ts";
import type {
  Latency,
  SimulatedLatency,
  SimulatedRequests,
  SimulatedTarget,
} from "./capacity-document.ts";
import { latencyAnswer, SIMULATED_METRICS } from "./simulated-answers.ts";

/** A replica that was followed, and how many of a model are like it. */
export interface FollowedKind {
  readonly replicas: number;
  readonly found: Simulation;
}

/** What all requests of a model met, whichever replica they went to: each kind's count as often as it has replicas. */
export function simulatedRequests(
  kinds: readonly FollowedKind[],
  asked: {
    readonly percentiles: readonly number[];
    readonly targets: readonly LatencyTarget[];
    /** The closed form at the same percentiles; none where the rate is not served. */
    readonly closedForm: readonly Latency[];
  },
): SimulatedRequests {
  const { percentiles, targets, closedForm } = asked;
  const latencies = SIMULATED_METRICS.flatMap((metric) =>
    latencyAnswer(metric, allOf(kinds, metric, percentiles)),
  );
  return {
    requests: kinds.reduce((sum, { found }) => sum + found.requests, 0),
    latencies: latencies.map((latency) => withClosedForm(latency, closedForm)),
    targets: targets.flatMap((target) => targetAnswer(target, latencies)),
  };
}

function allOf(
  kinds: readonly FollowedKind[],
  metric: SimulatedLatency["metric"],
  percentiles: readonly number[],
): Omit<LatencyQuantiles, "sorted"> {
  const quantile = weightedQuantiles(
    kinds.map(({ replicas, found }) => ({ sorted: found[metric].sorted, weight: replicas })),
  );
  return {
    mean: meanOf(kinds, metric),
    p50: quantile(0.5),
    p95: quantile(0.95),
    p99: quantile(0.99),
    asked: new Map(percentiles.map((percentile) => [percentile, quantile(percentile)])),
  };
}

/** Kinds know nothing of each other: the squares of what they may be off add up. */
function meanOf(kinds: readonly FollowedKind[], metric: SimulatedLatency["metric"]): Estimate {
  const told = kinds.filter(({ found }) => found[metric].sorted.length > 0);
  const weightOf = ({ replicas, found }: FollowedKind): number =>
    replicas * found[metric].sorted.length;
  const all = told.reduce((sum, kind) => sum + weightOf(kind), 0);
  const parts = told.map((kind) => ({
    part: weightOf(kind) / all,
    mean: kind.found[metric].mean,
  }));
  const value = parts.reduce((sum, { part, mean }) => sum + part * mean.value, 0);
  const half = Math.sqrt(
    parts.reduce((sum, { part, mean }) => sum + square((part * (mean.high - mean.low)) / 2), 0),
  );
  return { value, low: value - half, high: value + half };
}

function withClosedForm(
  latency: SimulatedLatency,
  closedForm: readonly Latency[],
): SimulatedRequests["latencies"][number] {
  const quantiles = latency.quantiles.map(({ percentile, seconds }) => {
    const found = closedForm.find(
      (one) => one.metric === latency.metric && one.percentile === percentile,
    );
    return {
      percentile,
      seconds,
      ...(found === undefined ? {} : { closedFormSeconds: found.seconds }),
    };
  });
  return { ...latency, quantiles };
}

function targetAnswer(
  { metric, percentile, most }: LatencyTarget,
  latencies: readonly SimulatedLatency[],
): readonly SimulatedTarget[] {
  const own = latencies.find((one) => one.metric === metric)?.quantiles ?? [];
  const at = own.find((one) => one.percentile === percentile);
  return at === undefined
    ? []
    : [
        {
          metric,
          percentile,
          mostSeconds: most,
          seconds: at.seconds,
          isMet: at.seconds <= most,
        },
      ];
}
