import { latencyRatios } from "../../capacity/latency-ratios.ts";
import {
  doCarry,
  mixtureAt,
  modelBreakingRate,
  type ReplicaKind,
  replicaKinds,
} from "../../capacity/mixture.ts";
import { spreadAt } from "../../capacity/queue.ts";
import { type ServingPoint, servingPoint } from "../../capacity/throughput.ts";
import type { LatencyMetric } from "../../capacity/workload.ts";
import type {
  Latency,
  LossCapacity,
  ModelCapacity,
  ReplicaCapacity,
  TargetCapacity,
} from "./capacity-document.ts";
import type { EnergyCost } from "./energy-cost.ts";
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
  const kinds = replicaKinds(replicas.map(({ serving }) => serving));
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
    targets: first.workload.targets.map((target) => targetOf(kinds, target, asked.rate)),
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

/** Over all requests, whichever replica they go to, and its bounds likewise. */
function latencyOf(loads: readonly Load[], metric: LatencyMetric, percentile: number): Latency {
  const parts = loads.flatMap(({ replica, weight, point }) =>
    point === undefined || weight <= 0
      ? []
      : [
          {
            weight,
            point,
            ratios: latencyRatios(point, replica.bounds, { metric, percentile }),
          },
        ],
  );
  const scaled = (end: 0 | 1): number =>
    mixtureAt(
      parts.map(({ ratios, ...part }) => ({ ...part, times: ratios[end] })),
      metric,
      percentile,
    );
  const seconds = mixtureAt(parts, metric, percentile);
  return { metric, percentile, seconds, lowSeconds: scaled(0), highSeconds: scaled(1) };
}

/** The cache of the fullest replica, and what all requests wait. */
function occupancy(loads: readonly Load[]): Pick<ModelCapacity, "kvOccupancy" | "chanceToWait"> {
  const caches = loads.map(({ replica, point }) => {
    const at = (share: number): number =>
      point === undefined
        ? 0
        : Math.min(1, spreadAt(point.kvTokens, share) / replica.serving.limits.kvTokens);
    const { replica: number } = replica.deployment;
    return { p50: at(1 / 2), p95: at(0.95), p99: at(0.99), replica: number };
  });
  const fullest = caches.reduce((most, one) => (one.p99 > most.p99 ? one : most));
  return {
    kvOccupancy: fullest,
    chanceToWait: Math.min(1, sum(loads.map(({ weight, point }) => weight * (point?.waits ?? 0)))),
  };
}

/** Judged over all requests, as `latencyOf` tells them. */
function targetOf(
  kinds: readonly ReplicaKind[],
  target: ReplicaModel["workload"]["targets"][number],
  rate: number,
): TargetCapacity {
  const { metric, percentile, most: mostSeconds } = target;
  return {
    metric,
    percentile,
    mostSeconds,
    isMet: doCarry(kinds, rate, [target]),
    breaksAtRequestsPerSecond: modelBreakingRate(kinds, target),
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
