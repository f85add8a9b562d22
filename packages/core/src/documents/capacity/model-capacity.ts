import { breakingRate, latencyAt } from "../../capacity/breaking-rate.ts";
import { latencyRatios } from "../../capacity/latency-ratios.ts";
import { spreadAt } from "../../capacity/queue.ts";
import { type ServingPoint, servingPoint } from "../../capacity/throughput.ts";
import type { LatencyMetric } from "../../capacity/workload.ts";
import type {
  EnergyCost,
  Latency,
  LossCapacity,
  ModelCapacity,
  ReplicaCapacity,
  TargetCapacity,
} from "./capacity-document.ts";
import type { ReplicaModel } from "./replica-model.ts";

/** What one model serves at a rate of requests, with its replicas as a router that weighs them would load them. */
export function modelCapacity(
  replicas: readonly [ReplicaModel, ...ReplicaModel[]],
  asked: {
    readonly rate: number;
    readonly percentiles: readonly number[];
    readonly energy: (tokensPerSecond: number) => EnergyCost;
    readonly afterLoss?: readonly LossCapacity[];
  },
): ModelCapacity {
  const [first] = replicas;
  const most = mostRate(replicas);
  const isServed = asked.rate < most;
  const loads = replicas.map((replica) => {
    const weight = most > 0 ? replica.serving.mostRate / most : 0;
    return { replica, weight, point: servingPoint(replica.serving, asked.rate * weight) };
  });
  const served = Math.min(asked.rate, most);
  const { shape } = first.serving;
  const input = served * (shape.promptTokens + shape.cachedTokens);
  const output = served * shape.outputTokens;
  return {
    model: first.deployment.model,
    requestsPerSecond: asked.rate,
    mostRequestsPerSecond: most,
    utilization: most > 0 ? asked.rate / most : Number.MAX_VALUE,
    isServed,
    inputTokensPerSecond: input,
    outputTokensPerSecond: output,
    concurrency: {
      ...(isServed
        ? { running: asked.rate === 0 ? 0 : sum(loads.map(({ point }) => point?.running ?? 0)) }
        : {}),
      most: sum(replicas.map(({ serving }) => serving.concurrency.most)),
      limit: first.serving.concurrency.limit,
    },
    latencies: isServed ? latencies(loads, asked.percentiles) : [],
    ...(isServed ? occupancy(loads) : {}),
    targets: first.workload.targets.map((target) => targetOf(loads, target, isServed)),
    afterLoss: asked.afterLoss ?? [],
    energy: asked.energy(input + output),
    replicas: loads.map(replicaDocument),
  };
}

/** Requests a second that all replicas together can serve. */
export function mostRate(replicas: readonly ReplicaModel[]): number {
  return sum(replicas.map(({ serving }) => serving.mostRate));
}

interface Load {
  readonly replica: ReplicaModel;
  readonly weight: number;
  readonly point: ServingPoint | undefined;
}

function replicaDocument({ replica, weight }: Load): ReplicaCapacity {
  return {
    replica: replica.deployment.replica,
    gpus: replica.deployment.gpus,
    weight,
    mostRequestsPerSecond: replica.serving.mostRate,
    slowdown: replica.slowdown,
  };
}

const METRICS: readonly LatencyMetric[] = ["ttft", "tpot", "e2e"];

function latencies(loads: readonly Load[], percentiles: readonly number[]): readonly Latency[] {
  return METRICS.flatMap((metric) =>
    percentiles.map((percentile) => latencyOf(loads, metric, percentile)),
  );
}

/** Of the slowest replica. */
function latencyOf(loads: readonly Load[], metric: LatencyMetric, percentile: number): Latency {
  const found = loads.flatMap(({ replica, point }) => {
    if (point === undefined) {
      return [];
    }
    const seconds = latencyAt(point, metric, percentile);
    const [low, high] = latencyRatios(point, replica.bounds, { metric, percentile });
    return [
      { metric, percentile, seconds, lowSeconds: seconds * low, highSeconds: seconds * high },
    ];
  });
  const slowest = found.reduce((most, one) => (one.seconds > most.seconds ? one : most));
  return slowest;
}

/** Of the fullest replica. */
function occupancy(loads: readonly Load[]): Pick<ModelCapacity, "kvOccupancy" | "chanceToWait"> {
  const at = (share: number): number =>
    Math.max(
      ...loads.map(({ replica, point }) =>
        point === undefined
          ? 0
          : Math.min(1, spreadAt(point.kvTokens, share) / replica.serving.limits.kvTokens),
      ),
    );
  return {
    kvOccupancy: { p50: at(1 / 2), p95: at(0.95), p99: at(0.99) },
    chanceToWait: Math.max(...loads.map(({ point }) => point?.waits ?? 0)),
  };
}

/** The model breaks where its first replica does. */
function targetOf(
  loads: readonly Load[],
  target: ReplicaModel["workload"]["targets"][number],
  isServed: boolean,
): TargetCapacity {
  const { metric, percentile, most: mostSeconds } = target;
  const breaks = loads.map(({ replica, weight }) =>
    weight > 0 ? breakingRate(replica.serving, target) / weight : 0,
  );
  return {
    metric,
    percentile,
    mostSeconds,
    isMet: isServed && latencyOf(loads, metric, percentile).seconds <= mostSeconds,
    breaksAtRequestsPerSecond: Math.min(...breaks),
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
