import { type Occupancy, simulateOccupancy } from "../../capacity/occupancy/occupancy.ts";
import type { Estimate } from "../../capacity/quantiles.ts";
import {
  type LatencyQuantiles,
  type Simulation,
  simulateDeployment,
} from "../../capacity/simulation/simulate.ts";
import type { TensorBackend } from "../../capacity/tensors.ts";
import type { LatencyTarget } from "../../capacity/workload.ts";
import { InputError } from "../../report/errors.ts";
import type {
  CapacityDocument,
  Interval,
  OccupancyCapacity,
  SimulatedCapacity,
  SimulatedTarget,
} from "./capacity-document.ts";
import type { CapacityInput } from "./plan-capacity.ts";
import { type ReplicaCase, replicaCases } from "./replica-cases.ts";

/** How much time is simulated, from which seed. */
export interface SimulatedTime {
  readonly seed: number;
  readonly minutes: number;
  readonly signal?: { readonly aborted: boolean } | undefined;
  /** Told which replica of which model is under way, and how much of all is done, in [0, 1]. */
  readonly onProgress?: ((model: string, done: number) => Promise<void> | void) | undefined;
}

/** Which Monte Carlo simulation is asked for. */
export interface MonteCarloWish extends SimulatedTime {
  readonly paths: number;
  /** The first that loads where absent. */
  readonly backend?: TensorBackend | "typed-arrays" | undefined;
  readonly wasmFolder?: string | undefined;
}

/**
 * The document with the Monte Carlo of every model's KV occupancy. `input` is what the document was made from. Throws
 * an InputError for more requests than can be drawn, a CancelledError on abort.
 */
export async function withOccupancy(
  document: CapacityDocument,
  input: CapacityInput,
  wish: MonteCarloWish,
): Promise<CapacityDocument> {
  const { paths, seed, minutes, backend: wanted, wasmFolder } = wish;
  const cases = checkedCases(input, {
    most: MOST_DRAWN,
    times: minutes * MINUTE * paths,
    what: "paths or minutes",
  });
  let backend = "";
  const answers = await eachCase(cases, wish, async (one, progress) => {
    const found = await simulateOccupancy(one, {
      ...progress,
      paths,
      seed,
      backend: wanted,
      wasmFolder,
      horizonSeconds: minutes * MINUTE,
      bands: BANDS,
    });
    backend = found.backend;
    return { model: one.model, answer: occupancyAnswer(one, found) };
  });
  return {
    ...document,
    models: document.models.map((model) => ({
      ...model,
      occupancy: answers.filter((one) => one.model === model.model).map(({ answer }) => answer),
    })),
    monteCarlo: { backend, paths, seed, minutes },
  };
}

/** The document with the simulation of every request of every model. Throws as `withOccupancy` does. */
export async function withSimulation(
  document: CapacityDocument,
  input: CapacityInput,
  wish: SimulatedTime,
): Promise<CapacityDocument> {
  const { seed, minutes } = wish;
  const horizonSeconds = minutes * MINUTE;
  const cases = checkedCases(input, {
    most: MOST_SIMULATED,
    times: horizonSeconds,
    what: "minutes",
  });
  const answers = await eachCase(cases, wish, async (one, progress) => {
    const found = await simulateDeployment(one, {
      ...progress,
      seed,
      horizonSeconds,
      warmUpSeconds: 0,
      percentiles: one.workload.targets.map(({ percentile }) => percentile),
    });
    return { model: one.model, answer: simulationAnswer(one, found) };
  });
  return {
    ...document,
    models: document.models.map((model) => ({
      ...model,
      simulated: answers.filter((one) => one.model === model.model).map(({ answer }) => answer),
    })),
    simulation: { seed, minutes },
    warnings: [...document.warnings, ...cases.flatMap((one) => roundsNote(one, horizonSeconds))],
  };
}

const MINUTE = 60;
/** Parts of the time for which occupancy is told. */
const BANDS = 60;
/** Requests of one replica in all its paths: about a minute of drawing. */
const MOST_DRAWN = 4e9;
/** Requests of one replica that are followed one by one: about a gigabyte. */
const MOST_SIMULATED = 3e6;

interface Most {
  readonly most: number;
  readonly times: number;
  readonly what: string;
}

function checkedCases(input: CapacityInput, { most, times, what }: Most): readonly ReplicaCase[] {
  const cases = replicaCases(input);
  for (const { model, workload } of cases) {
    const requests = workload.arrivals.rate * times;
    if (!(requests <= most)) {
      throw new InputError(
        { file: input.file, key: `workload of ${model}` },
        `expected at most ${most} requests of a replica in all, got ${requests.toPrecision(3)}: ask for fewer ${what}, or a lower rate`,
      );
    }
  }
  // a model without requests has nothing to simulate
  return cases.filter(({ workload }) => workload.arrivals.rate > 0);
}

interface CaseProgress {
  readonly signal: SimulatedTime["signal"];
  readonly onProgress: (done: number) => Promise<void> | void;
}

async function eachCase<T>(
  cases: readonly ReplicaCase[],
  { signal, onProgress }: SimulatedTime,
  answer: (one: ReplicaCase, progress: CaseProgress) => Promise<T>,
): Promise<readonly T[]> {
  const answers: T[] = [];
  for (const [i, one] of cases.entries()) {
    answers.push(
      await answer(one, {
        signal,
        onProgress: (done) => onProgress?.(one.model, (i + done) / cases.length),
      }),
    );
  }
  return answers;
}

function occupancyAnswer({ likes }: ReplicaCase, found: Occupancy): OccupancyCapacity {
  const { sequences, waits, pauses, everWaits, runsOut, overall, bands } = found;
  return {
    replicas: likes,
    sequences,
    waits,
    pauses,
    everWaits,
    runsOut,
    kvOccupancy: overall,
    // nothing is known of a part of the time in which no path was looked at
    bands: bands.filter(({ p50 }) => !Number.isNaN(p50)),
  };
}

function simulationAnswer({ likes, workload }: ReplicaCase, found: Simulation): SimulatedCapacity {
  const { requests, steps, sequences, occupancy, waits, pauses } = found;
  return {
    replicas: likes,
    requests,
    steps,
    sequences,
    ...(requests > 0 ? { waits: notBelow0(waits), pauses: notBelow0(pauses) } : {}),
    kvOccupancy: occupancy,
    latencies: LATENCIES.flatMap((metric) => latencyAnswer(metric, found[metric])),
    inputTokensPerSecond: found.promptTokensPerSecond,
    outputTokensPerSecond: found.outputTokensPerSecond,
    targets: workload.targets.flatMap((target) => targetAnswer(target, found)),
  };
}

const LATENCIES = ["ttft", "tpot", "e2e", "queueing"] as const;

function latencyAnswer(
  metric: (typeof LATENCIES)[number],
  { mean, p50, p95, p99 }: LatencyQuantiles,
): SimulatedCapacity["latencies"] {
  return Number.isNaN(p50)
    ? []
    : [{ metric, meanSeconds: notBelow0(mean), p50Seconds: p50, p95Seconds: p95, p99Seconds: p99 }];
}

function targetAnswer(
  { metric, percentile, most }: LatencyTarget,
  found: Simulation,
): readonly SimulatedTarget[] {
  const at = found[metric].asked.get(percentile) ?? Number.NaN;
  return Number.isNaN(at)
    ? []
    : [{ metric, percentile, mostSeconds: most, seconds: at, isMet: at <= most }];
}

/** Neither times nor chances are negative, however wide an interval is. */
function notBelow0({ value, low, high }: Estimate): Interval {
  return { value, low: Math.max(0, low), high };
}

/** What has to be said of a trace that is shorter than the time. */
function roundsNote({ model, workload }: ReplicaCase, horizonSeconds: number): readonly string[] {
  const { arrivals } = workload;
  if (arrivals.kind !== "trace") {
    return [];
  }
  const rounds = (horizonSeconds * arrivals.rate) / arrivals.requests.length;
  return rounds > 1
    ? [
        `${model}: its trace ends before the simulation does, and is walked ${rounds.toFixed(1)} times`,
      ]
    : [];
}
