import type { RequestsPerSecond, Seconds, Tokens } from "../units/units.ts";

/** What one model is asked to serve, all its replicas together. */
export interface Workload {
  readonly arrivals: Arrivals;
  readonly prompt: LengthDistribution;
  readonly output: LengthDistribution;
  /** Tokens that many prompts begin with alike; they are part of the prompt's length. */
  readonly sharedPrefix?: SharedPrefix;
  readonly targets: readonly LatencyTarget[];
}

/** When requests come. The requests of a trace have their own lengths; `prompt` and `output` are then its samples. */
export type Arrivals =
  | { readonly kind: "constant"; readonly rate: RequestsPerSecond }
  | { readonly kind: "poisson"; readonly rate: RequestsPerSecond }
  | {
      readonly kind: "trace";
      readonly rate: RequestsPerSecond;
      readonly requests: readonly TraceRequest[];
    };

/** One request of a trace, in the order of `at`, which counts from the trace's start. */
export interface TraceRequest {
  readonly at: Seconds;
  readonly prompt: Tokens;
  readonly output: Tokens;
}

/** How long prompts or outputs are. `lengthAt` is its inverse distribution function. */
export type LengthDistribution =
  | { readonly kind: "fixed"; readonly tokens: Tokens }
  | LognormalLengths
  | { readonly kind: "quantiles"; readonly points: readonly LengthQuantile[] }
  | { readonly kind: "histogram"; readonly bins: readonly LengthBin[] }
  | { readonly kind: "sample"; readonly sorted: readonly Tokens[] };

/** Its logarithm is normal; lengths outside of `least` and `most` count as these. */
export interface LognormalLengths {
  readonly kind: "lognormal";
  readonly median: Tokens;
  /** Standard deviation of the logarithm. */
  readonly sigma: number;
  readonly least: Tokens;
  readonly most: Tokens;
}

/** This share of all lengths, in [0, 1], is at most so many tokens. Between points the length is linear in the share. */
export interface LengthQuantile {
  readonly share: number;
  readonly tokens: Tokens;
}

/** Lengths of at least `from` and below `to`, all equally likely. */
export interface LengthBin {
  readonly from: Tokens;
  readonly to: Tokens;
  readonly weight: number;
}

export interface SharedPrefix {
  readonly tokens: Tokens;
  /** Share of the requests that begin with it, in [0, 1]. */
  readonly share: number;
}

/** Time to first token, time per output token after it, or from arrival to the last token. */
export type LatencyMetric = "ttft" | "tpot" | "e2e";

/** This share of all requests, in (0, 1), has to be at most so slow. */
export interface LatencyTarget {
  readonly metric: LatencyMetric;
  readonly percentile: number;
  readonly most: Seconds;
}
