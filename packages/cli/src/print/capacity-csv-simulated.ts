import type {
  Interval,
  ModelCapacity,
  OccupancyCapacity,
  SimulatedCapacity,
  SimulatedRequests,
} from "@berth/core/capacity";
import { type CsvColumn, isFirst, percentileName } from "./csv-column.ts";

function fullest<T extends OccupancyCapacity | SimulatedCapacity>(
  found: readonly T[] | undefined,
): T | undefined {
  return found?.toSorted((a, b) => b.kvOccupancy.p99 - a.kvOccupancy.p99)[0];
}

function intervalColumns(
  name: string,
  of: (model: ModelCapacity) => Interval | undefined,
): readonly CsvColumn[] {
  return [
    { name, of: (model) => of(model)?.value },
    { name: `${name}Low`, of: (model) => of(model)?.low },
    { name: `${name}High`, of: (model) => of(model)?.high },
  ];
}

function kvColumns(
  prefix: string,
  of: (model: ModelCapacity) => OccupancyCapacity | SimulatedCapacity | undefined,
): readonly CsvColumn[] {
  return (["p50", "p95", "p99"] as const).flatMap((share) =>
    intervalColumns(
      `${prefix}KvOccupancy${share.toUpperCase()}`,
      (model) => of(model)?.kvIntervals[share],
    ),
  );
}

const METRICS = ["ttft", "tpot", "e2e"] as const;

const walked = ({ occupancy }: ModelCapacity) => fullest(occupancy);
const followed = ({ simulated }: ModelCapacity) => fullest(simulated);

/** What many paths say of the fullest replica. */
export const MONTE_CARLO: readonly CsvColumn[] = [
  ...intervalColumns("monteCarloRunning", (model) => walked(model)?.sequences),
  ...kvColumns("monteCarlo", walked),
  ...intervalColumns("monteCarloWaits", (model) => walked(model)?.waits),
  ...intervalColumns("monteCarloPauses", (model) => walked(model)?.pauses),
  ...intervalColumns("monteCarloRunsOut", (model) => walked(model)?.runsOut),
];

/** What the simulation says of the fullest replica, and how long the requests to all replicas took. */
export const SIMULATION: readonly CsvColumn[] = [
  { name: "simulatedRequests", of: ({ simulatedRequests: own }) => own?.requests },
  { name: "simulatedRunning", of: (model) => followed(model)?.sequences },
  ...kvColumns("simulated", followed),
  ...intervalColumns("simulatedWaits", (model) => followed(model)?.waits),
  ...intervalColumns("simulatedPauses", (model) => followed(model)?.pauses),
  ...METRICS.flatMap((metric) =>
    (["p50", "p95", "p99"] as const).map((share) => ({
      name: `${simulatedName(metric)}${share.toUpperCase()}Seconds`,
      of: (model: ModelCapacity) => latencyOf(model, metric)?.[`${share}Seconds`],
    })),
  ),
];

/** How many targets they kept, and what percentiles they met that are told because they were asked for. */
export function simulatedLast(models: readonly ModelCapacity[]): readonly CsvColumn[] {
  const asked = models
    .flatMap(({ simulatedRequests }) => simulatedRequests?.latencies ?? [])
    .filter(({ metric }) => metric !== "queueing")
    .flatMap(({ metric, quantiles }) => quantiles.map(({ percentile }) => ({ metric, percentile })))
    .filter(({ percentile }) => !ALWAYS.includes(percentile))
    .filter(isFirst);
  return [
    {
      name: "simulatedTargetsMet",
      of: ({ simulatedRequests: own }) => own?.targets.filter(({ isMet }) => isMet).length,
    },
    ...asked.map(({ metric, percentile }) => ({
      name: `${percentileName(simulatedName(metric), percentile)}Seconds`,
      of: (model: ModelCapacity) =>
        latencyOf(model, metric)?.quantiles.find((one) => one.percentile === percentile)?.seconds,
    })),
  ];
}

/** Percentiles that have their columns in any case. */
const ALWAYS: readonly number[] = [0.5, 0.95, 0.99];

type Metric = SimulatedRequests["latencies"][number]["metric"];

function simulatedName(metric: Metric): string {
  return `simulated${metric.replace(/^./, (letter) => letter.toUpperCase())}`;
}

function latencyOf({ simulatedRequests: own }: ModelCapacity, wanted: Metric) {
  return own?.latencies.find(({ metric }) => metric === wanted);
}
