import { CancelledError } from "../cancelled.ts";
import type { LinearStep } from "../linear-step.ts";
import {
  type Estimate,
  type QuantileEstimates,
  ratioEstimate,
  shareEstimate,
} from "../quantiles.ts";
import { seededRandom } from "../random.ts";
import type { ServingLimits } from "../serving-limits.ts";
import { loadTensors, type TensorBackend, type WasmFiles } from "../tensors.ts";
import type { Workload } from "../workload.ts";
import { arrivalWalk } from "./arrivals.ts";
import { plainStepper } from "./plain-stepper.ts";
import {
  LOOKS_EVERY,
  type OccupancyBand,
  type OccupancyQuantiles,
  OccupancyRecord,
} from "./record.ts";
import { type RequestSample, requestSample } from "./requests.ts";
import { tensorStepper } from "./tensor-stepper.ts";
import { staysAt, type TickLaw, type TickStepper, tickLaw } from "./tick-law.ts";

/** One replica of a model, and what it serves. */
export interface OccupancyCase {
  readonly workload: Workload;
  /** Replicas that share the workload's requests. */
  readonly replicas: number;
  readonly limits: ServingLimits;
  readonly step: LinearStep;
}

/** Size and seed of a Monte Carlo simulation. */
export interface OccupancyOptions {
  readonly seed: number;
  readonly paths: number;
  readonly horizonSeconds: number;
  /** Equal parts of the time for which quantiles are given. */
  readonly bands: number;
  /** How finely time and output lengths are cut; what is usual where absent. docs/benchmarks/occupancy.md has the errors. */
  readonly grain?: Partial<OccupancyGrain> | undefined;
  /** Tensors on the named backend, or typed arrays without any; where absent the first backend that loads. */
  readonly backend?: TensorBackend | "typed-arrays" | undefined;
  readonly wasmFiles?: WasmFiles | undefined;
  readonly signal?: { readonly aborted: boolean } | undefined;
  /** Told now and then how much is done, in [0, 1]; the walk goes on when its promise is kept. */
  readonly onProgress?: ((done: number) => Promise<void> | void) | undefined;
}

export interface OccupancyGrain {
  /** Ticks of a request of mean length, where that makes no more than 4,000 in all. */
  readonly ticksPerRequest: number;
  /** Output lengths that stand for all: of so many, twice as many powers less one have the right means. */
  readonly outputLengths: number;
}

/** How full a replica's KV cache is over time, and what its requests meet. */
export interface Occupancy {
  readonly backend: TensorBackend | "typed-arrays";
  readonly paths: number;
  readonly seed: number;
  readonly ticks: number;
  /** Of the cache, by time, over all paths. */
  readonly overall: OccupancyQuantiles;
  /** The same with intervals, from the spread between parts of the paths. */
  readonly intervals: QuantileEstimates;
  readonly bands: readonly OccupancyBand[];
  /** Sequences that run, by time. */
  readonly sequences: Estimate;
  /** The chance that a request finds no seat or no room when it comes. */
  readonly waits: Estimate;
  /** Times that a request is paused for want of room: how many for each that has started. */
  readonly pauses: Estimate;
  /** The chance that the cache has no room for a request or its tokens at least once in all the time. */
  readonly runsOut: Estimate;
  /** The chance that at least one request waits in all the time. */
  readonly everWaits: Estimate;
}

/**
 * Monte Carlo of a replica that starts empty: many independent paths at once. What is approximated stands in
 * docs/capacity.md. Throws a TensorBackendError where the backend does not load, a CancelledError on abort.
 */
export async function simulateOccupancy(
  one: OccupancyCase,
  options: OccupancyOptions,
): Promise<Occupancy> {
  const grain = { ...USUAL_GRAIN, ...options.grain };
  const sample = requestSample(one.workload, one.limits, grain.outputLengths);
  const law = tickLaw(sample, {
    ...one,
    tickTokens: tickTokens(one, sample, { ...options, ...grain }),
  });
  const stepper = await stepperOf(law, options);
  try {
    const walked = await walk(one, { law, sample, stepper: stepper.stepper }, options);
    return { ...walked, backend: stepper.backend, paths: options.paths, seed: options.seed };
  } finally {
    stepper.stepper.dispose();
  }
}

const USUAL_GRAIN: OccupancyGrain = { ticksPerRequest: 2, outputLengths: 3 };
const MOST_TICKS = 4000;

function tickTokens(
  { step }: OccupancyCase,
  { meanOutput }: RequestSample,
  { horizonSeconds, ticksPerRequest }: Pick<OccupancyOptions, "horizonSeconds"> & OccupancyGrain,
): number {
  const least = horizonSeconds / MOST_TICKS / (step.baseSeconds + step.secondsPerSequence);
  return Math.max(meanOutput / ticksPerRequest, least);
}

interface ChosenStepper {
  readonly stepper: TickStepper;
  readonly backend: Occupancy["backend"];
}

async function stepperOf(law: TickLaw, options: OccupancyOptions): Promise<ChosenStepper> {
  const { backend, paths, wasmFiles } = options;
  if (backend === "typed-arrays") {
    return { stepper: plainStepper(law, paths), backend };
  }
  const tensors = await loadTensors({ backend, wasmFiles });
  return { stepper: tensorStepper(tensors, law, paths), backend: tensors.backend };
}

interface Walk {
  readonly law: TickLaw;
  readonly sample: RequestSample;
  readonly stepper: TickStepper;
}

async function walk(one: OccupancyCase, { law, sample, stepper }: Walk, options: OccupancyOptions) {
  const { paths, horizonSeconds, seed } = options;
  const random = seededRandom(seed);
  const { arrivals } = one.workload;
  const coming = arrivalWalk({ arrivals, replicas: one.replicas, sample, paths, random });
  const record = new OccupancyRecord(law, sample, options);
  const clock = new Float64Array(paths);
  const starts = new Float64Array(paths);
  let seconds: Float32Array = new Float32Array(paths);
  let tick = 0;
  for (let done = 0; done < 1; ) {
    tick += 1;
    const arrived = coming.until(clock, tick);
    const came = arrived.all.subarray(0, paths);
    if (tick > 1 && tick % LOOKS_EVERY === 0) {
      record.add(stepper.state(), { tick: tick - 1, starts, seconds, came });
    }
    seconds = stepper.advance(arrived, tick, staysAt(law, tick));
    starts.set(clock);
    done = pass(clock, seconds, horizonSeconds);
    if (tick % TICKS_BETWEEN_NEWS === 0) {
      await options.onProgress?.(done);
      if (options.signal?.aborted === true) {
        throw new CancelledError("the simulation was cancelled");
      }
    }
  }
  return { ticks: tick, ...resultOf(record, stepper.events(), coming.counts) };
}

const TICKS_BETWEEN_NEWS = 16;

/** Lets the tick's time pass in every path, to the horizon at most; gives how far the slowest path is. */
function pass(clock: Float64Array, seconds: Float32Array, horizonSeconds: number): number {
  let least = horizonSeconds;
  for (let path = 0; path < clock.length; path += 1) {
    const then = (clock[path] as number) + (seconds[path] as number);
    const now = Math.min(then, horizonSeconds);
    clock[path] = now;
    if (now < least) {
      least = now;
    }
  }
  return least / horizonSeconds;
}

function resultOf(record: OccupancyRecord, events: Float32Array, requests: Float64Array) {
  const paths = requests.length;
  const row = (index: number) => events.subarray(index * paths, (index + 1) * paths);
  const waiting = row(3);
  const startedOf = (came: number, path: number) => came - (waiting[path] as number);
  const hits = (index: number) => row(index).reduce((sum, value) => sum + (value > 0 ? 1 : 0), 0);
  const intervals = record.overall();
  return {
    overall: { p50: intervals.p50.value, p95: intervals.p95.value, p99: intervals.p99.value },
    intervals,
    bands: record.bands(),
    sequences: ratioEstimate(record.sequenceTime, record.time),
    waits: ratioEstimate(record.waited, record.came),
    pauses: ratioEstimate(Float64Array.from(row(2)), requests.map(startedOf)),
    everWaits: shareEstimate(hits(0), paths),
    runsOut: shareEstimate(hits(1), paths),
  };
}
