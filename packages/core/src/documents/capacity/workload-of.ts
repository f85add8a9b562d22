import type {
  Arrivals,
  LengthDistribution,
  TraceRequest,
  Workload,
} from "../../capacity/workload.ts";
import { lengthAt } from "../../capacity/workload-lengths.ts";
import { requestsPerSecond, seconds, type Tokens, tokens } from "../../units/units.ts";
import { countableRate } from "../workload/countable-rate.ts";
import type { PlanWorkload } from "../workload/plan-workload.ts";
import type { Trace } from "../workload/trace.ts";

/** What is asked of a model, and whether somebody said at which rate. */
export interface AskedWorkload {
  readonly workload: Workload;
  readonly hasRate: boolean;
  /** Whether it has a trace whose requests all come at one time. */
  readonly hasNoTimes: boolean;
}

/** Values that stand in for those of a plan's workload. */
export interface WorkloadChange {
  readonly rate?: number | undefined;
  readonly prompt?: LengthDistribution | undefined;
  readonly output?: LengthDistribution | undefined;
  /** The rate is multiplied with it; 1 where absent. */
  readonly scaleRate?: number | undefined;
}

/**
 * The workload of a model, with what its trace says where the plan and the changes say nothing. Undefined where
 * nobody says how long prompts or outputs are. A trace whose requests all come at once tells lengths only. Throws an
 * InputError for a trace whose rate nobody can count.
 */
export function workloadOf(
  asked: PlanWorkload | undefined,
  change: WorkloadChange,
  trace?: Trace,
): AskedWorkload | undefined {
  const requests = trace?.requests ?? [];
  const prompt = change.prompt ?? asked?.prompt ?? sample(requests.map((one) => one.prompt));
  const output = change.output ?? asked?.output ?? sample(requests.map((one) => one.output));
  if (prompt === undefined || output === undefined) {
    return undefined;
  }
  const rate = change.rate ?? asked?.requestsPerSecond ?? traceRate(asked, trace);
  return {
    hasRate: rate !== undefined,
    hasNoTimes: trace !== undefined && lasts(trace) <= 0,
    workload: {
      arrivals: arrivalsOf(asked, (rate ?? 0) * (change.scaleRate ?? 1), {
        requests,
        prompt: change.prompt ?? asked?.prompt,
        output: change.output ?? asked?.output,
      }),
      prompt,
      output,
      ...prefixOf(asked),
      targets: (asked?.targets ?? []).map(({ metric, percentile, mostSeconds }) => ({
        metric,
        percentile,
        most: seconds(mostSeconds),
      })),
    },
  };
}

/** Requests of a trace, and the lengths that are said beside it. */
interface Traced {
  readonly requests: readonly TraceRequest[];
  readonly prompt: LengthDistribution | undefined;
  readonly output: LengthDistribution | undefined;
}

function arrivalsOf(asked: PlanWorkload | undefined, perSecond: number, traced: Traced): Arrivals {
  const rate = requestsPerSecond(perSecond);
  return (traced.requests.at(-1)?.at ?? 0) <= 0
    ? { kind: asked?.arrivals === "constant" ? "constant" : "poisson", rate }
    : { kind: "trace", rate, requests: withLengths(traced) };
}

/** Lengths that are said beside a trace stand in for its own, spread evenly over its requests. */
function withLengths({ requests, prompt, output }: Traced): readonly TraceRequest[] {
  return prompt === undefined && output === undefined
    ? requests
    : requests.map((request, i) => ({
        at: request.at,
        prompt: prompt === undefined ? request.prompt : lengthAt(prompt, (i * GOLDEN) % 1),
        output: output === undefined ? request.output : lengthAt(output, (i * SILVER) % 1),
      }));
}

/** Multiples of them, cut to [0, 1), lie evenly, and know nothing of each other. */
const GOLDEN = (Math.sqrt(5) - 1) / 2;
const SILVER = Math.SQRT2 - 1;

function prefixOf(asked: PlanWorkload | undefined): Pick<Workload, "sharedPrefix"> {
  const prefix = asked?.sharedPrefix;
  return prefix === undefined
    ? {}
    : { sharedPrefix: { tokens: tokens(prefix.tokens), share: prefix.share } };
}

function sample(lengths: readonly Tokens[]): LengthDistribution | undefined {
  return lengths.length === 0
    ? undefined
    : { kind: "sample", sorted: [...lengths].sort((a, b) => a - b) };
}

/** Requests over the time from the first to the last; undefined for a trace that has none. */
function traceRate(asked: PlanWorkload | undefined, trace: Trace | undefined): number | undefined {
  return trace === undefined || lasts(trace) <= 0
    ? undefined
    : countableRate({ file: asked?.trace ?? "trace" }, (trace.requests.length - 1) / lasts(trace));
}

/** Seconds from the first request to the last. */
function lasts({ requests }: Trace): number {
  return requests.at(-1)?.at ?? 0;
}
