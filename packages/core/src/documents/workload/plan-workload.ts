import type { LatencyTarget, LengthDistribution } from "../../capacity/workload.ts";

/** What a model of the plan is asked to serve: numbers only, all expressions worked out. */
export interface PlanWorkload {
  readonly model: string;
  readonly arrivals: "poisson" | "constant" | "trace";
  /** Absent where the trace gives it, or nobody. */
  readonly requestsPerSecond?: number;
  /** File of a trace, as the fleet file names it. */
  readonly trace?: string;
  /** Absent where the trace gives them, or nobody. */
  readonly prompt?: LengthDistribution;
  readonly output?: LengthDistribution;
  readonly sharedPrefix?: { readonly tokens: number; readonly share: number };
  readonly targets: readonly PlanTarget[];
}

export interface PlanTarget extends Pick<LatencyTarget, "metric" | "percentile"> {
  readonly mostSeconds: number;
}
