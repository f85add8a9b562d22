import type { PlanWorkload } from "@berth/core/capacity";

type Lengths = NonNullable<PlanWorkload["prompt"]>;

const PERCENT = 100;
/** More than a percentile can mean, and fewer digits than arithmetic spoils. */
const DIGITS_KEPT = 12;

/** What a plan says that a model is asked to serve, as a fleet file says it; a fleet that is read back makes the same plan of it. */
export function workloadOfPlan(workload: PlanWorkload): object {
  const { arrivals, requestsPerSecond, trace, prompt, output, sharedPrefix, targets } = workload;
  return {
    ...(requestsPerSecond === undefined ? {} : { rate: requestsPerSecond }),
    ...(arrivals === "constant" ? { arrivals } : {}),
    ...(trace === undefined ? {} : { trace }),
    ...(prompt === undefined ? {} : { prompt: lengthsOf(prompt) }),
    ...(output === undefined ? {} : { output: lengthsOf(output) }),
    ...(sharedPrefix === undefined ? {} : { sharedPrefix }),
    ...(targets.length === 0
      ? {}
      : {
          targets: targets.map(({ metric, percentile, mostSeconds }) => ({
            metric,
            percentile: Number((percentile * PERCENT).toPrecision(DIGITS_KEPT)),
            most: mostSeconds,
          })),
        }),
  };
}

/** Longest that core takes; a plan says it where the fleet file says nothing. */
const MOST_TOKENS = 100_000_000;

function lengthsOf(lengths: Lengths): unknown {
  switch (lengths.kind) {
    case "fixed":
      return lengths.tokens;
    case "lognormal": {
      const { median, sigma, most } = lengths;
      return { median, sigma, ...(most < MOST_TOKENS ? { most } : {}) };
    }
    case "quantiles":
      return { quantiles: lengths.points };
    case "histogram":
      return { histogram: lengths.bins };
    case "sample":
      // of a trace, which says it again
      return undefined;
    default:
      return lengths satisfies never;
  }
}
