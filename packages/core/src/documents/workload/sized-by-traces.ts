import type { LengthDistribution, TraceRequest } from "../../capacity/workload.ts";
import { countableRate } from "./countable-rate.ts";
import type { PlanWorkload } from "./plan-workload.ts";
import type { Trace } from "./trace.ts";

/** A workload as replicas are sized for it. */
export interface SizedWorkload extends PlanWorkload {
  /** Its rate is that of so many seconds of its trace, the busiest. */
  readonly busiestSeconds?: number;
}

/**
 * Workloads with what their traces say where the fleet file says nothing: lengths, and the rate of the busiest five
 * minutes. A shorter burst passes as waiting, which the laws count as of Poisson arrivals; the mean of a longer time
 * would leave too little in the hours that replicas are bought for.
 */
export function sizedByTraces(
  workloads: readonly PlanWorkload[],
  traces: ReadonlyMap<string, Trace>,
): readonly SizedWorkload[] {
  return workloads.map((own) => {
    const requests = (own.trace === undefined ? undefined : traces.get(own.trace))?.requests;
    return requests === undefined
      ? own
      : { ...own, ...lengths(own, requests), ...rate(own, requests) };
  });
}

const BUSIEST_SECONDS = 300;

function lengths(
  { prompt, output }: PlanWorkload,
  requests: readonly TraceRequest[],
): Required<Pick<PlanWorkload, "prompt" | "output">> {
  return {
    prompt: prompt ?? sample(requests, (request) => request.prompt),
    output: output ?? sample(requests, (request) => request.output),
  };
}

function sample(
  requests: readonly TraceRequest[],
  of: (request: TraceRequest) => TraceRequest["prompt"],
): LengthDistribution {
  return { kind: "sample", sorted: requests.map(of).toSorted((a, b) => a - b) };
}

/** Nothing for a trace whose requests all come at once. */
function rate(
  { requestsPerSecond, trace = "trace" }: PlanWorkload,
  requests: readonly TraceRequest[],
): Pick<SizedWorkload, "requestsPerSecond" | "busiestSeconds"> {
  const duration = requests.at(-1)?.at ?? 0;
  if (requestsPerSecond !== undefined || duration <= 0) {
    return {};
  }
  const most = mostWithin(requests, BUSIEST_SECONDS);
  return duration < BUSIEST_SECONDS
    ? {
        requestsPerSecond: countableRate({ file: trace }, (requests.length - 1) / duration),
        busiestSeconds: duration,
      }
    : { requestsPerSecond: most / BUSIEST_SECONDS, busiestSeconds: BUSIEST_SECONDS };
}

/** Requests that come in the busiest so many seconds; they are in the order of time. */
function mostWithin(requests: readonly TraceRequest[], seconds: number): number {
  let from = 0;
  let most = 0;
  for (const [i, { at }] of requests.entries()) {
    while ((requests[from]?.at ?? at) <= at - seconds) {
      from += 1;
    }
    most = Math.max(most, i + 1 - from);
  }
  return most;
}
