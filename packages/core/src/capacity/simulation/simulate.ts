import { CancelledError } from "../cancelled.ts";
import {
  type Estimate,
  type Histogram,
  histogram,
  meanEstimate,
  type QuantileEstimates,
  quantileEstimates,
  quantileOf,
} from "../quantiles.ts";
import { seededRandom } from "../random.ts";
import { longestRequest } from "../request-lengths.ts";
import type { FirstTokenDelay, StepTime } from "../serving-limits.ts";
import { Batching } from "./batching.ts";
import {
  requestSource,
  reservedOutput,
  type SimulatedRequest,
  type SourceSetting,
} from "./request-source.ts";
import type { Sequence } from "./sequence.ts";

/** One deployment and what it is asked to serve. */
export interface SimulationCase extends SourceSetting {
  readonly stepTime: StepTime;
  /** None where absent. */
  readonly firstTokenDelay?: FirstTokenDelay | undefined;
}

/** Length and seed of a simulation, and who may end it early. */
export interface SimulationOptions {
  readonly seed: number;
  readonly horizonSeconds: number;
  /** Seconds at the start of which nothing is counted. */
  readonly warmUpSeconds: number;
  /** Shares in (0, 1) of all requests, beside those that are always told. */
  readonly percentiles?: readonly number[] | undefined;
  readonly signal?: { readonly aborted: boolean } | undefined;
  /** Told now and then how much is done, in [0, 1]; the simulation goes on when its promise is kept. */
  readonly onProgress?: ((done: number) => Promise<void> | void) | undefined;
}

/** Quantiles of a latency over the requests of a simulation, in seconds. */
export interface LatencyQuantiles {
  readonly mean: Estimate;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  /** At the percentiles that were asked for. */
  readonly asked: ReadonlyMap<number, number>;
  /** Those of all requests, ascending. */
  readonly sorted: Float64Array;
}

/** What happened to the requests that came after the warm-up and ended. Times in seconds; NaN where nothing did. */
export interface Simulation {
  readonly seed: number;
  readonly steps: number;
  readonly requests: number;
  readonly ttft: LatencyQuantiles;
  /** Per output token after the first. */
  readonly tpot: LatencyQuantiles;
  readonly e2e: LatencyQuantiles;
  /** From arrival to the step that starts it. */
  readonly queueing: LatencyQuantiles;
  /** The chance that a request finds no seat or no room when it comes. */
  readonly waits: Estimate;
  /** Times that a request is paused for want of room: how many a request. */
  readonly pauses: Estimate;
  /** Of the cache, by time. */
  readonly occupancy: { readonly p50: number; readonly p95: number; readonly p99: number };
  /** The same with intervals, from the spread between parts of the time. */
  readonly intervals: QuantileEstimates;
  /** Sequences that run, by time. */
  readonly sequences: number;
  readonly promptTokensPerSecond: number;
  readonly outputTokensPerSecond: number;
}

/**
 * One replica, request by request and step by step, deterministic for a seed. Intervals come from the means of
 * batches of requests in their order. Throws a CancelledError on abort.
 */
export async function simulateDeployment(
  one: SimulationCase,
  options: SimulationOptions,
): Promise<Simulation> {
  const run = new Run(one, options);
  for (let done = 0; done < 1; ) {
    done = run.advance(STEPS_BETWEEN_NEWS);
    await options.onProgress?.(done);
    if (options.signal?.aborted === true) {
      throw new CancelledError("the simulation was cancelled");
    }
  }
  return run.result();
}

const STEPS_BETWEEN_NEWS = 2000;
/** Cells of a histogram of occupancy: 0.1 % of the cache each. */
const CELLS = 1000;

/** Batches of requests in their order, and parts of the time, long enough to know little of each other. */
const BATCHES = 30;

class Run {
  readonly #one: SimulationCase;
  readonly #options: SimulationOptions;
  readonly #next: () => SimulatedRequest;
  readonly #batching: Batching;
  readonly #ended: Sequence[] = [];
  /** Of parts of the time. */
  readonly #occupancy: readonly Histogram[] = Array.from({ length: BATCHES }, () =>
    histogram(1, CELLS),
  );
  #coming: SimulatedRequest;
  #now = 0;
  #steps = 0;
  #sequenceTime = 0;

  constructor(one: SimulationCase, options: SimulationOptions) {
    const { workload, limits } = one;
    this.#one = one;
    this.#options = options;
    this.#next = requestSource(one, seededRandom(options.seed));
    this.#coming = this.#next();
    this.#batching = new Batching({
      workload,
      limits,
      asked: reservedOutput(one),
      longest: longestRequest(workload, limits),
      passage: one.firstTokenDelay?.passage,
    });
  }

  /** So many steps, or fewer to the end; gives how much of the time is done. */
  advance(steps: number): number {
    const { horizonSeconds } = this.#options;
    for (let i = 0; i < steps && this.#now < horizonSeconds; i += 1) {
      this.#step();
    }
    return Math.min(1, this.#now / horizonSeconds);
  }

  #step(): void {
    if (this.#batching.isIdle) {
      const { horizonSeconds } = this.#options;
      const until = Math.min(this.#coming.at, horizonSeconds);
      this.#pass(Math.max(0, until - this.#now));
      this.#now = Math.max(this.#now, until);
      if (this.#now >= horizonSeconds) {
        return;
      }
    }
    const arrived: SimulatedRequest[] = [];
    while (this.#coming.at <= this.#now) {
      arrived.push(this.#coming);
      this.#coming = this.#next();
    }
    this.#batching.enqueue(arrived);
    const load = this.#batching.schedule(this.#now);
    const seconds = this.#one.stepTime(load);
    this.#pass(seconds);
    this.#now += seconds;
    this.#steps += 1;
    this.#ended.push(...this.#batching.complete(this.#now));
  }

  #pass(seconds: number): void {
    const { warmUpSeconds, horizonSeconds } = this.#options;
    if (this.#now >= warmUpSeconds) {
      const part = ((this.#now - warmUpSeconds) / (horizonSeconds - warmUpSeconds)) * BATCHES;
      const { weights } = this.#occupancy[Math.min(BATCHES - 1, Math.floor(part))] as Histogram;
      const cell = Math.min(CELLS - 1, Math.floor(this.#batching.occupancy * CELLS));
      weights[cell] = (weights[cell] ?? 0) + seconds;
      this.#sequenceTime += this.#batching.sequences * seconds;
    }
  }

  result(): Simulation {
    const { seed, warmUpSeconds, horizonSeconds, percentiles = [] } = this.#options;
    const server = this.#one.firstTokenDelay?.serverSeconds ?? 0;
    const latency = (values: readonly number[]) => latencyOf(values, percentiles);
    const counted = this.#ended
      .filter(({ request }) => request.at >= warmUpSeconds)
      .toSorted((a, b) => a.request.at - b.request.at);
    const each = (value: (sequence: Sequence) => number) => counted.map(value);
    const time = horizonSeconds - warmUpSeconds;
    const intervals = quantileEstimates(this.#occupancy);
    const perSecond = (value: (sequence: Sequence) => number) =>
      each(value).reduce((sum, one) => sum + one, 0) / time;
    return {
      seed,
      steps: this.#steps,
      requests: counted.length,
      ttft: latency(each(({ request, firstTokenAt }) => server + firstTokenAt - request.at)),
      tpot: latency(
        counted
          .filter(({ request }) => request.output > 1)
          .map(
            ({ request, firstTokenAt, endedAt }) => (endedAt - firstTokenAt) / (request.output - 1),
          ),
      ),
      e2e: latency(each(({ request, endedAt }) => server + endedAt - request.at)),
      queueing: latency(each(({ request, startedAt }) => startedAt - request.at)),
      waits: batchMean(each(({ hadToWait }) => (hadToWait ? 1 : 0))),
      pauses: batchMean(each(({ pauses }) => pauses)),
      occupancy: { p50: intervals.p50.value, p95: intervals.p95.value, p99: intervals.p99.value },
      intervals,
      sequences: this.#sequenceTime / time,
      promptTokensPerSecond: perSecond(({ request }) => request.prompt),
      outputTokensPerSecond: perSecond(({ request }) => request.output),
    };
  }
}

function batchMean(values: readonly number[]): Estimate {
  const size = Math.ceil(values.length / BATCHES);
  const means = Array.from({ length: Math.ceil(values.length / Math.max(1, size)) }, (_, batch) => {
    const own = values.slice(batch * size, (batch + 1) * size);
    return own.reduce((sum, value) => sum + value, 0) / own.length;
  });
  return meanEstimate(means);
}

function latencyOf(values: readonly number[], percentiles: readonly number[]): LatencyQuantiles {
  const sorted = Float64Array.from(values).sort();
  return {
    mean: batchMean(values),
    p50: quantileOf(sorted, 0.5),
    p95: quantileOf(sorted, 0.95),
    p99: quantileOf(sorted, 0.99),
    asked: new Map(percentiles.map((share) => [share, quantileOf(sorted, share)])),
    sorted,
  };
}
