import type { ModelCapacity, SimulatedCapacity, SimulatedLatency } from "@berth/core/capacity";
import { CAPACITY_TEXT } from "../../text/capacity-en.ts";
import { chanceText, rateText, timeText } from "../../text/say-capacity.ts";

const { simulation: text, none, simulators } = CAPACITY_TEXT;

/** Percentiles that a simulation always tells, and the closed form beside it. */
export const SIMULATED_PERCENTILES: readonly number[] = [0.5, 0.95, 0.99];

/** What the simulation of a replica says in the columns of all methods, and of pauses. */
export function simulatedCells(kind: SimulatedCapacity): readonly string[] {
  const { sequences, kvIntervals, waits, pauses } = kind;
  const { p50, p95, p99 } = kvIntervals;
  return [
    rateText(sequences),
    ...[p50, p95, p99].map(chanceText),
    ...[waits, pauses].map((one) => (one === undefined ? none : chanceText(one))),
  ];
}

/** Each latency in closed form and as the requests met it; waiting has no closed form of its own. */
export function latencyRows(
  { latencies }: ModelCapacity,
  kind: SimulatedCapacity,
): readonly { readonly name: string; readonly cells: readonly string[] }[] {
  return kind.latencies.flatMap((latency) => {
    const { metric, p50Seconds, p95Seconds, p99Seconds } = latency;
    const name = metric === "queueing" ? text.waiting : CAPACITY_TEXT.metrics[metric];
    const simulated = {
      name: `${name}, ${text.simulated.toLowerCase()}`,
      cells: [meanText(latency), ...[p50Seconds, p95Seconds, p99Seconds].map(timeText)],
    };
    const expected = SIMULATED_PERCENTILES.map((percentile) => {
      const found = latencies.find((one) => one.metric === metric && one.percentile === percentile);
      return found === undefined ? none : timeText(found.seconds);
    });
    const closed = {
      name: `${name}, ${simulators.closed.toLowerCase()}`,
      cells: [none, ...expected],
    };
    return metric === "queueing" ? [simulated] : [closed, simulated];
  });
}

/** "120 ms ± 4.00 ms", as the command line prints it. */
function meanText({ meanSeconds: { value, low, high } }: SimulatedLatency): string {
  return `${timeText(value)} ± ${timeText((high - low) / 2)}`;
}
