import type { CapacityDocument, CapacityInput } from "@berth/core/capacity";
import { CancelledError, withOccupancy, withSimulation } from "@berth/core/simulation";
import type { Flags } from "../args/flags.ts";
import type { Terminal } from "../io/terminal.ts";
import { watchSimulation } from "../io/watch-simulation.ts";
import { UsageError } from "../usage-error.ts";
import { type OccupancyThreads, occupancyThreads } from "./occupancy-threads.ts";

/** What is to be simulated beside the closed form. */
export interface SimulationWish {
  readonly seed: number;
  readonly minutes: number;
  /** Paths of the Monte Carlo; undefined for none. */
  readonly paths: number | undefined;
  readonly isSimulated: boolean;
}

export const SIMULATION_FLAGS = {
  "monte-carlo": {
    type: "boolean",
    description:
      "occupancy of the KV caches over time on many independent paths: --monte-carlo, or with their number, such as --monte-carlo 2000; 10,000 unless said",
  },
  simulate: {
    type: "boolean",
    description: "every request and every step of one replica of each kind",
  },
  minutes: {
    type: "string",
    valueHint: "M",
    description: "how much time --monte-carlo and --simulate walk through; 10 unless said",
  },
  seed: {
    type: "string",
    valueHint: "N",
    description: "their random numbers: the same seed gives the same answer; 1 unless said",
  },
} as const;

const USUAL_PATHS = 10_000;
/** Below, an interval says nothing; above, paths do not fit in a small machine's memory. */
const PATHS = [10, 200_000] as const;
const USUAL_MINUTES = 10;
/** A week. */
const MOST_MINUTES = 10_080;

/** Undefined where no simulation is asked for. Throws a UsageError for numbers that make no sense. */
export function simulationWish(flags: Flags): SimulationWish | undefined {
  const isSimulated = flags.isSet("simulate");
  const hasPaths = flags.isSet("monte-carlo");
  if (!(isSimulated || hasPaths)) {
    const alone = ["seed", "minutes"].find((flag) => flags.isSet(flag));
    if (alone !== undefined) {
      throw new UsageError(`--${alone} goes with --monte-carlo or --simulate`);
    }
    return;
  }
  return {
    seed: flags.whole("seed", 0) ?? 1,
    minutes: minutesOf(flags),
    paths: hasPaths ? pathsOf(flags) : undefined,
    isSimulated,
  };
}

function pathsOf(flags: Flags): number {
  const [least, most] = PATHS;
  const text = flags.text("monte-carlo");
  const paths = text === "true" ? USUAL_PATHS : Number(text);
  if (!Number.isSafeInteger(paths) || paths < least || paths > most) {
    throw new UsageError(
      `--monte-carlo: expected a whole number of paths from ${least} to ${most}, got ${text}`,
    );
  }
  return paths;
}

function minutesOf(flags: Flags): number {
  const expected = `a number above 0 and up to ${MOST_MINUTES}`;
  const minutes = flags.atLeast("minutes", 0, expected) ?? USUAL_MINUTES;
  if (minutes <= 0 || minutes > MOST_MINUTES) {
    throw new UsageError(`--minutes: expected ${expected}, got ${flags.text("minutes")}`);
  }
  return minutes;
}

/** The document with what was asked for; after Ctrl-C with what was done by then, and a warning that says so. */
export async function withSimulations(
  document: CapacityDocument,
  { input, wish }: { readonly input: CapacityInput; readonly wish: SimulationWish },
  terminal: Terminal,
): Promise<CapacityDocument> {
  const { seed, minutes, paths, isSimulated } = wish;
  const watch = watchSimulation(terminal);
  const close = new Set<() => Promise<void>>();
  const time = (what: string) => ({
    seed,
    minutes,
    signal: watch.signal,
    onProgress: (model: string, done: number) => watch.onProgress(`${what} of ${model}`, done),
  });
  let made = document;
  let now = "";
  try {
    if (paths !== undefined) {
      now = "Monte Carlo";
      made = await withOccupancy(made, input, { ...time(now), paths, ...walkersFor(paths, close) });
    }
    if (isSimulated) {
      now = "simulation";
      made = await withSimulation(made, input, time(now));
    }
    return made;
  } catch (error) {
    if (error instanceof CancelledError) {
      const warning = `the ${now} was stopped before its end, and is left out`;
      return { ...made, warnings: [...made.warnings, warning] };
    }
    throw error;
  } finally {
    watch.close();
    await Promise.all([...close].map((end) => end()));
  }
}

/** Below so many paths, threads would start for longer than they walk. */
const PATHS_FOR_THREADS = 1000;

function walkersFor(
  paths: number,
  close: Set<() => Promise<void>>,
): { readonly walkers?: OccupancyThreads } {
  if (paths < PATHS_FOR_THREADS) {
    return {};
  }
  const walkers = occupancyThreads();
  close.add(walkers.close);
  return { walkers };
}
