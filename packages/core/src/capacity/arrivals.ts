import { square } from "../units/same-math.ts";
import type { Arrivals } from "./workload.ts";

/**
 * Squared coefficient of variation of the times between arrivals: 0 where they are constant, 1 for Poisson, and what
 * a trace has, where more than 1 are bursts.
 */
export function arrivalVariation(arrivals: Arrivals): number {
  switch (arrivals.kind) {
    case "constant":
      return 0;
    case "poisson":
      return 1;
    case "trace":
      return traceVariation(arrivals.requests.map(({ at }) => at));
    default:
      return arrivals satisfies never;
  }
}

function traceVariation(times: readonly number[]): number {
  const gaps = times.slice(1).map((time, i) => time - (times[i] ?? time));
  const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
  const meanSquare = gaps.reduce((sum, gap) => sum + square(gap), 0) / gaps.length;
  return mean > 0 ? meanSquare / square(mean) - 1 : 1;
}
