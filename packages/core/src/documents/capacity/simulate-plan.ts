import { type Occupancy, simulateOccupancy } from "../../capacity/occupancy/occupancy.ts";
import type { OccupancyCase, OccupancyOptions } from "../../capacity/occupancy/occupancy-case.ts";
import { simulateDeployment } from "../../capacity/simulation/simulate.ts";
import type { TensorBackend, WasmFiles } from "../../capacity/tensors.ts";
import { InputError } from "../../report/errors.ts";
import type { CapacityDocument } from "./capacity-document.ts";
import { type CapacityInput, planCapacity } from "./plan-capacity.ts";
import { type ReplicaCase, replicaCases } from "./replica-cases.ts";
import { occupancyAnswer, simulationAnswer } from "./simulated-answers.ts";
import { simulatedRequests } from "./simulated-model.ts";

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
  readonly wasmFiles?: WasmFiles | undefined;
  /** Who walks the paths of replicas, and how many replicas at a time: threads where there are any. */
  readonly walkers?: OccupancyWalkers | undefined;
}

/** Threads that walk parts of replicas' paths side by side. */
export interface OccupancyWalkers {
  /** Replicas under way at a time. */
  readonly atOnce: number;
  /** Simulates the KV occupancy of one replica. */
  walk(one: OccupancyCase, options: OccupancyOptions): Promise<Occupancy>;
}

/** This thread, one replica after another. */
const HERE: OccupancyWalkers = { atOnce: 1, walk: simulateOccupancy };

/**
 * The document with the Monte Carlo of every model's KV occupancy. `input` is what the document was made from. Throws
 * an InputError for more requests than can be drawn, a CancelledError on abort.
 */
export async function withOccupancy(
  document: CapacityDocument,
  input: CapacityInput,
  wish: MonteCarloWish,
): Promise<CapacityDocument> {
  const { paths, seed, minutes, backend: wanted, wasmFiles, walkers = HERE } = wish;
  const cases = checkedCases(input, {
    most: MOST_DRAWN,
    times: minutes * MINUTE * paths,
    what: "paths or minutes",
  });
  let backend = "";
  const watched = { ...wish, atOnce: walkers.atOnce };
  const answers = await eachCase(cases, watched, async (one, progress) => {
    const { workload, replicas, limits, step } = one;
    // without its step time, which is a function, it can be sent to a thread
    const found = await walkers.walk(
      { workload, replicas, limits, step },
      {
        ...progress,
        paths,
        kinds: cases.length,
        seed,
        backend: wanted,
        wasmFiles,
        horizonSeconds: minutes * MINUTE,
        bands: BANDS,
      },
    );
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
  const percentiles = shownPercentiles(input, cases);
  const answers = await eachCase(cases, wish, async (one, progress) => {
    const found = await simulateDeployment(one, {
      ...progress,
      seed,
      horizonSeconds,
      warmUpSeconds: 0,
      percentiles,
    });
    return { one, found };
  });
  const closed = planCapacity({ ...input, percentiles });
  return {
    ...document,
    models: document.models.map((model) => {
      const own = answers.filter(({ one }) => one.model === model.model);
      return {
        ...model,
        simulated: own.map(({ one, found }) => simulationAnswer(one, found)),
        simulatedRequests: simulatedRequests(
          own.map(({ one, found }) => ({ replicas: one.likes.length, found })),
          {
            percentiles,
            targets: own[0]?.one.workload.targets ?? [],
            closedForm: closed.models.find((one) => one.model === model.model)?.latencies ?? [],
          },
        ),
      };
    }),
    simulation: { seed, minutes },
    warnings: [...document.warnings, ...cases.flatMap((one) => roundsNote(one, horizonSeconds))],
  };
}

/** Those that are always told, those that are asked for, and those of targets: ascending, each once. */
function shownPercentiles(
  { percentiles = [] }: CapacityInput,
  cases: readonly ReplicaCase[],
): readonly number[] {
  const targets = cases.flatMap(({ workload }) => workload.targets);
  const all = [
    ...SIMULATED_PERCENTILES,
    ...percentiles,
    ...targets.map(({ percentile }) => percentile),
  ];
  return [...new Set(all)].sort((a, b) => a - b);
}

const SIMULATED_PERCENTILES: readonly number[] = [0.5, 0.95, 0.99];

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

/** So many at a time, the longest first; the answers are in the order of the cases. */
async function eachCase<T>(
  cases: readonly ReplicaCase[],
  { signal, onProgress, atOnce = 1 }: SimulatedTime & { readonly atOnce?: number },
  answer: (one: ReplicaCase, progress: CaseProgress) => Promise<T>,
): Promise<readonly T[]> {
  const answers = new Map<ReplicaCase, T>();
  const done = new Map<ReplicaCase, number>();
  const left =
    atOnce === 1
      ? [...cases]
      : cases.toSorted((a, b) => b.workload.arrivals.rate - a.workload.arrivals.rate);
  const work = async (): Promise<void> => {
    for (let one = left.shift(); one !== undefined; one = left.shift()) {
      const own = one;
      const told = (part: number) => {
        done.set(own, part);
        const all = [...done.values()].reduce((sum, value) => sum + value, 0);
        return onProgress?.(own.model, all / cases.length);
      };
      answers.set(own, await answer(own, { signal, onProgress: told }));
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, cases.length) }, work));
  return cases.flatMap((one) => answers.get(one) ?? []);
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
