import { CancelledError } from "../cancelled.ts";
import { seededRandom } from "../random.ts";
import { loadTensors, type TensorBackend } from "../tensors.ts";
import { arrivalWalk } from "./arrivals.ts";
import type { OccupancyCase, OccupancyGrain, OccupancyOptions } from "./occupancy-case.ts";
import { plainStepper } from "./plain-stepper.ts";
import { LOOKS_EVERY, OccupancyRecord, type Recorded } from "./record.ts";
import { type RequestSample, requestSample } from "./requests.ts";
import { tensorStepper } from "./tensor-stepper.ts";
import { staysAt, type TickLaw, type TickStepper, tickLaw } from "./tick-law.ts";

/** Paths that are walked together, and a stream of random numbers for them alone. */
export interface PathPart {
  readonly stream: number;
  readonly paths: number;
  /** Into how many groups they are cut. */
  readonly groups: number;
}

/** What a part of the paths met: arrays that a thread may send. */
export interface WalkedPart {
  readonly backend: TensorBackend | "typed-arrays";
  readonly ticks: number;
  readonly recorded: Recorded;
  /** Rows of all paths: whether any waited, whether room was short, pauses, and who waits at the end. */
  readonly events: Float32Array;
  /** Requests that came to each path. */
  readonly requests: Float64Array;
}

/** Tensors of fewer paths take longer for each of them than a thread more saves. */
const LEAST_IN_PART = 2500;
/** Of all kinds of replicas together: several kinds can be walked side by side as they are. */
const MOST_PARTS = 4;
/** Groups of all paths. */
const GROUPS = 32;

/** Parts that can be walked side by side. They follow from what is asked, so that answers do not depend on who walks them. */
export function pathParts({
  paths,
  kinds = 1,
}: Pick<OccupancyOptions, "paths" | "kinds">): readonly PathPart[] {
  const most = Math.ceil(MOST_PARTS / kinds);
  const parts = Math.max(1, Math.min(most, Math.floor(paths / LEAST_IN_PART)));
  return Array.from({ length: parts }, (_, part) => ({
    stream: part,
    paths: Math.floor(((part + 1) * paths) / parts) - Math.floor((part * paths) / parts),
    groups: Math.ceil(GROUPS / parts),
  }));
}

/** The walk of a part of the paths. Throws as `simulateOccupancy` does. */
export async function walkPart(
  one: OccupancyCase,
  options: OccupancyOptions,
  part: PathPart,
): Promise<WalkedPart> {
  const grain = { ...USUAL_GRAIN, ...options.grain };
  const sample = requestSample(one.workload, one.limits, grain.outputLengths);
  const law = tickLaw(sample, {
    ...one,
    tickTokens: tickTokens(one, sample, { ...options, ...grain }),
  });
  const stepper = await stepperOf(law, { ...options, paths: part.paths });
  try {
    const walked = await walk(one, { law, sample, stepper: stepper.stepper, part }, options);
    return { ...walked, backend: stepper.backend };
  } finally {
    stepper.stepper.dispose();
  }
}

const USUAL_GRAIN: OccupancyGrain = { ticksPerRequest: 2, outputLengths: 3 };
const MOST_TICKS = 4000;
/** In all the time, so that the state is looked at a few times where requests are longer than that. */
const LEAST_TICKS = 24;

function tickTokens(
  { step }: OccupancyCase,
  { meanOutput }: RequestSample,
  { horizonSeconds, ticksPerRequest }: Pick<OccupancyOptions, "horizonSeconds"> & OccupancyGrain,
): number {
  const steps = horizonSeconds / (step.baseSeconds + step.secondsPerSequence);
  const usual = Math.min(meanOutput / ticksPerRequest, steps / LEAST_TICKS);
  return Math.max(usual, steps / MOST_TICKS);
}

interface ChosenStepper {
  readonly stepper: TickStepper;
  readonly backend: WalkedPart["backend"];
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
  readonly part: PathPart;
}

async function walk(
  one: OccupancyCase,
  { law, sample, stepper, part }: Walk,
  options: OccupancyOptions,
): Promise<Omit<WalkedPart, "backend">> {
  const { horizonSeconds, bands, seed } = options;
  const { paths, groups, stream } = part;
  const random = seededRandom(seed, stream);
  const { arrivals } = one.workload;
  const coming = arrivalWalk({ arrivals, replicas: one.replicas, sample, paths, random });
  const record = new OccupancyRecord(law, sample, { paths, groups, bands, horizonSeconds });
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
  return {
    ticks: tick,
    recorded: record.recorded(),
    events: stepper.events(),
    requests: coming.counts,
  };
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
