import type { SimulatedCapacity, SimulatedLatency, SimulatedRequests } from "@berth/core/capacity";
import { CAPACITY_TEXT } from "../../text/capacity-en.ts";
import { chanceText, percentileText, rateText, timeText } from "../../text/say-capacity.ts";

const { simulation: text, none, simulators } = CAPACITY_TEXT;

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

/** "p50", "p99.9": the percentiles that are told of all latencies. */
export function quantileNames({ latencies: [first] }: SimulatedRequests): readonly string[] {
  return first?.quantiles.map(({ percentile }) => percentileText(percentile)) ?? [];
}

/** Each latency in closed form and as the requests met it; waiting has no closed form of its own. */
export function latencyRows({
  latencies,
}: SimulatedRequests): readonly { readonly name: string; readonly cells: readonly string[] }[] {
  return latencies.flatMap((latency) => {
    const { metric, quantiles } = latency;
    const name = metric === "queueing" ? text.waiting : CAPACITY_TEXT.metrics[metric];
    const simulated = {
      name: `${name}, ${text.simulated.toLowerCase()}`,
      cells: [meanText(latency), ...quantiles.map(({ seconds }) => timeText(seconds))],
    };
    const closed = {
      name: `${name}, ${simulators.closed.toLowerCase()}`,
      cells: [
        none,
        ...quantiles.map(({ closedFormSeconds: seconds }) =>
          seconds === undefined ? none : timeText(seconds),
        ),
      ],
    };
    return metric === "queueing" ? [simulated] : [closed, simulated];
  });
}

/** "120 ms ± 4.00 ms", as the command line prints it. */
function meanText({ meanSeconds: { value, low, high } }: SimulatedLatency): string {
  return `${timeText(value)} ± ${timeText((high - low) / 2)}`;
}
