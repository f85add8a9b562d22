import type { ConcurrencyLimit } from "../../capacity/concurrency.ts";
import type { LatencyMetric } from "../../capacity/workload.ts";

/** `berth/capacity@1`: what a plan's models serve, and how fast. */
export interface CapacityDocument {
  readonly schema: "berth/capacity@1";
  readonly models: readonly ModelCapacity[];
  readonly fleet: FleetCapacity;
  readonly warnings: readonly string[];
}

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
  /** Seconds at the asked percentiles; none where it is not served. */
  readonly latencies: readonly Latency[];
  /** Shares of the KV cache in use, of the fullest replica. */
  readonly kvOccupancy?: { readonly p50: number; readonly p95: number; readonly p99: number };
  /** The chance that a request waits for room to run. */
  readonly chanceToWait?: number;
  readonly targets: readonly TargetCapacity[];
  readonly energy: EnergyCost;
  readonly replicas: readonly ReplicaCapacity[];
}

export interface Latency {
  readonly metric: LatencyMetric;
  /** In (0, 1). */
  readonly percentile: number;
  readonly seconds: number;
  /** Between these lie 95 % of the measurements that the laws were fitted to. */
  readonly lowSeconds: number;
  readonly highSeconds: number;
}

export interface TargetCapacity {
  readonly metric: LatencyMetric;
  readonly percentile: number;
  readonly mostSeconds: number;
  readonly isMet: boolean;
  /** Requests a second from which on it is missed. */
  readonly breaksAtRequestsPerSecond: number;
}

export interface ReplicaCapacity {
  readonly replica: number;
  readonly gpus: readonly string[];
  /** The share of requests that a router should send it: as much as it can serve. */
  readonly weight: number;
  readonly mostRequestsPerSecond: number;
  /** How much longer its steps take because other engines run on its cards; 1 alone. */
  readonly slowdown: number;
}

/** What it takes to run; per million tokens that are read or written. */
export interface EnergyCost {
  /** The power limits of its cards, shared out among the engines on each: an upper bound. */
  readonly watts: number;
  /** Absent where it serves no tokens. */
  readonly kwhPerMillionTokens?: number;
  /** In the currency of the prices; absent without any. */
  readonly costPerMillionTokens?: number;
}

export interface FleetCapacity {
  readonly requestsPerSecond: number;
  readonly inputTokensPerSecond: number;
  readonly outputTokensPerSecond: number;
  readonly energy: EnergyCost;
}
