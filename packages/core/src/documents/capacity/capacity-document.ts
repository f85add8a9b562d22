import type { ConcurrencyLimit } from "../../capacity/concurrency.ts";
import type { LatencyMetric } from "../../capacity/workload.ts";
import type { EnergyCost } from "./energy-cost.ts";

/** `berth/capacity@1`: what a plan's models serve, and how fast. */
export interface CapacityDocument {
  readonly schema: "berth/capacity@1";
  readonly models: readonly ModelCapacity[];
  /** Models that have no place in the plan: they serve nothing. */
  readonly unplaced: readonly UnplacedCapacity[];
  readonly fleet: FleetCapacity;
  /** How `occupancy` of the models was made, where it was asked for. */
  readonly monteCarlo?: MonteCarloSetting;
  /** How `simulated` of the models was made, where it was asked for. */
  readonly simulation?: SimulationSetting;
  readonly warnings: readonly string[];
}

/** What all replicas of one model serve together. */
export interface ModelCapacity {
  readonly model: string;
  /** What it is asked to serve; or so large a part of the most where nobody says. */
  readonly requestsPerSecond: number;
  /** What all its replicas can serve at the most. */
  readonly mostRequestsPerSecond: number;
  /** requestsPerSecond / mostRequestsPerSecond; 1 and above is not served. */
  readonly utilization: number;
  readonly isServed: boolean;
  /** Tokens that are read and written at what it is asked, or at the most where that is less. */
  readonly inputTokensPerSecond: number;
  readonly outputTokensPerSecond: number;
  readonly concurrency: {
    /** Sequences that get tokens on average; absent where it is not served. */
    readonly running?: number;
    readonly most: number;
    readonly limit: ConcurrencyLimit;
  };
  /** Seconds at the asked percentiles, over the requests of all replicas; none where it is not served. */
  readonly latencies: readonly Latency[];
  /** Shares of the KV cache in use, of the fullest replica, which it names. */
  readonly kvOccupancy?: KvQuantiles & { readonly replica: number };
  /** The chance that a request waits for room to run. */
  readonly chanceToWait?: number;
  readonly targets: readonly TargetCapacity[];
  /** What is still carried when the worst card is lost, and when the worst host is. */
  readonly afterLoss: readonly LossCapacity[];
  readonly energy: EnergyCost;
  readonly replicas: readonly ReplicaCapacity[];
  /** By rising rates, where it was asked for; its percentiles are the asked ones and those of the targets. */
  readonly curve?: readonly CurvePoint[];
  /** Monte Carlo of each kind of replica, where it was asked for. */
  readonly occupancy?: readonly OccupancyCapacity[];
  /** Simulation of each kind of replica, where it was asked for. */
  readonly simulated?: readonly SimulatedCapacity[];
  /** What the requests to all of them met, whichever replica they went to. */
  readonly simulatedRequests?: SimulatedRequests;
}

/** What a capacity document says of the model when it is asked for this rate. */
export interface CurvePoint
  extends Pick<ModelCapacity, "requestsPerSecond" | "chanceToWait" | "kvOccupancy"> {
  /** Seconds at the asked percentiles, with their bounds. */
  readonly latencies: readonly Latency[];
}

/** What is asked of a model that has no place. */
export interface UnplacedCapacity {
  readonly model: string;
  /** Absent where nobody says. */
  readonly requestsPerSecond?: number;
  /** None of them is met. */
  readonly targets: readonly AskedTarget[];
}

export interface AskedTarget {
  readonly metric: LatencyMetric;
  readonly percentile: number;
  readonly mostSeconds: number;
}

/** A latency in seconds, with the bounds that 95 % of cases fall into. */
export interface Latency {
  readonly metric: LatencyMetric;
  /** In (0, 1). */
  readonly percentile: number;
  readonly seconds: number;
  /** Between these lie 95 % of the measurements that the laws were fitted to. */
  readonly lowSeconds: number;
  readonly highSeconds: number;
}

/** Whether a latency target is met, and the rate at which it breaks. */
export interface TargetCapacity extends AskedTarget {
  readonly isMet: boolean;
  /** Requests a second from which on it is missed. */
  readonly breaksAtRequestsPerSecond: number;
}

/** What a model still carries when a card or a host of it is lost. */
export interface LossCapacity {
  readonly loss: "gpu" | "host";
  /** The card or host whose loss takes most. */
  readonly lost: string;
  /** Within all targets. */
  readonly requestsPerSecond: number;
  /** Whether that is more than what is asked. */
  readonly isEnough: boolean;
}

/** What one replica serves, and what a router should send it. */
export interface ReplicaCapacity {
  readonly replica: number;
  readonly gpus: readonly string[];
  /** The share of requests that a router should send it: as much as it can serve. */
  readonly weight: number;
  readonly mostRequestsPerSecond: number;
  /** How much longer its steps take because other engines run on its cards; 1 alone. */
  readonly slowdown: number;
}

/** What all models that are answered serve together. */
export interface FleetCapacity {
  readonly requestsPerSecond: number;
  readonly inputTokensPerSecond: number;
  readonly outputTokensPerSecond: number;
  readonly energy: EnergyCost;
}

/** How a Monte Carlo was made. */
export interface MonteCarloSetting {
  readonly backend: string;
  readonly paths: number;
  readonly seed: number;
  readonly minutes: number;
}

/** How a discrete-event simulation was made. */
export interface SimulationSetting {
  readonly seed: number;
  readonly minutes: number;
}

/** A value with the interval in which the truth lies in 95 of 100 cases. */
export interface Interval {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

export interface KvQuantiles {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

/** The same quantiles, each with its interval. */
export interface KvIntervals {
  readonly p50: Interval;
  readonly p95: Interval;
  readonly p99: Interval;
}

/** What many paths of one replica say of its KV cache, from an empty start on. */
export interface OccupancyCapacity {
  /** Replicas that are alike, for each of which it holds. */
  readonly replicas: readonly number[];
  readonly sequences: Interval;
  /** The chance that a request finds no seat or no room when it comes. */
  readonly waits: Interval;
  /** Pauses of running sequences for want of room: how many a request. */
  readonly pauses: Interval;
  /** The chance that some request waits in all the time, and that the cache has too little room once for one with a seat. */
  readonly everWaits: Interval;
  readonly runsOut: Interval;
  /** Shares of the cache, by time. */
  readonly kvOccupancy: KvQuantiles;
  readonly kvIntervals: KvIntervals;
  readonly bands: readonly (KvQuantiles & {
    readonly fromSeconds: number;
    readonly toSeconds: number;
  })[];
  /** The quantiles of each of `bands` with their intervals. */
  readonly bandIntervals: readonly KvIntervals[];
}

/** What every request of one replica met, step by step, from an empty start on. */
export interface SimulatedCapacity {
  /** Replicas that are alike; the first was simulated. */
  readonly replicas: readonly number[];
  /** Requests that came and ended. */
  readonly requests: number;
  readonly steps: number;
  readonly sequences: number;
  /** Absent where no request ended. */
  readonly waits?: Interval;
  readonly pauses?: Interval;
  readonly kvOccupancy: KvQuantiles;
  readonly kvIntervals: KvIntervals;
  /** None where no request ended. */
  readonly latencies: readonly SimulatedLatency[];
  readonly inputTokensPerSecond: number;
  readonly outputTokensPerSecond: number;
}

/** What all requests of a model met in a simulation. */
export interface SimulatedRequests {
  /** Requests that were followed: of replicas that are alike, those of one. */
  readonly requests: number;
  /** None where no request ended. */
  readonly latencies: readonly ComparedLatency[];
  /** Judged over all requests. */
  readonly targets: readonly SimulatedTarget[];
}

/** A latency that a share of requests stays below. */
export interface SimulatedQuantile {
  /** In (0, 1). */
  readonly percentile: number;
  readonly seconds: number;
}

/** The same with what the closed form says; absent where the rate is not served, or nothing is said. */
export interface ComparedQuantile extends SimulatedQuantile {
  readonly closedFormSeconds?: number;
}

/** Quantiles of a latency over the requests of a simulation, in seconds. */
export interface SimulatedLatency {
  readonly metric: LatencyMetric | "queueing";
  readonly meanSeconds: Interval;
  readonly p50Seconds: number;
  readonly p95Seconds: number;
  readonly p99Seconds: number;
  /** At all percentiles that are told: the same, those that were asked for, and those of targets, ascending. */
  readonly quantiles: readonly SimulatedQuantile[];
}

/** The same beside the closed form. */
export interface ComparedLatency extends SimulatedLatency {
  readonly quantiles: readonly ComparedQuantile[];
}

export interface SimulatedTarget {
  readonly metric: LatencyMetric;
  readonly percentile: number;
  readonly mostSeconds: number;
  /** At the target's percentile. */
  readonly seconds: number;
  readonly isMet: boolean;
}
