import type { CapacityDocument, ModelCapacity, UnplacedCapacity } from "@berth/core/capacity";
import { MONTE_CARLO, SIMULATION, simulatedLast } from "./capacity-csv-simulated.ts";
import {
  type AtPercentile,
  type CsvColumn,
  csvCell,
  isFirst,
  percentileName,
} from "./csv-column.ts";

/**
 * One line a model under a header, models without a place last; units stand in the names. Absent numbers are empty. Of a model whose replicas
 * differ, the simulations' columns of the KV cache tell of the fullest. What the whole fleet comes to stands in every line. New columns
 * come last.
 */
export function capacityCsv(document: CapacityDocument): string {
  const { models, unplaced, fleet, monteCarlo, simulation } = document;
  const columns: readonly CsvColumn[] = [
    ...COLUMNS,
    ...(monteCarlo === undefined ? [] : MONTE_CARLO),
    ...(simulation === undefined ? [] : SIMULATION),
    ...latencyColumns(models),
    ...TARGETS,
    ...targetColumns([...models, ...unplaced]),
    ...(simulation === undefined ? [] : simulatedLast(models)),
    ...fleetColumns(fleet),
  ];
  const header = columns.map(({ name }) => name);
  const lines = [
    ...models.map((model) => columns.map(({ of }) => csvCell(of(model)))),
    ...unplaced.map((model) => columns.map(({ without }) => csvCell(without?.(model)))),
  ];
  return [header, ...lines].map((line) => `${line.join(",")}\n`).join("");
}

const COLUMNS: readonly CsvColumn[] = [
  { name: "model", of: ({ model }) => model, without: ({ model }) => model },
  {
    name: "requestsPerSecond",
    of: (model) => model.requestsPerSecond,
    without: (model) => model.requestsPerSecond,
  },
  { name: "mostRequestsPerSecond", of: (model) => model.mostRequestsPerSecond, without: () => 0 },
  { name: "isServed", of: ({ isServed }) => isServed, without: () => false },
  { name: "inputTokensPerSecond", of: (model) => model.inputTokensPerSecond, without: () => 0 },
  { name: "outputTokensPerSecond", of: (model) => model.outputTokensPerSecond, without: () => 0 },
  { name: "running", of: ({ concurrency }) => concurrency.running },
  { name: "mostRunning", of: ({ concurrency }) => concurrency.most },
  { name: "kvOccupancyP50", of: ({ kvOccupancy }) => kvOccupancy?.p50 },
  { name: "kvOccupancyP95", of: ({ kvOccupancy }) => kvOccupancy?.p95 },
  { name: "kvOccupancyP99", of: ({ kvOccupancy }) => kvOccupancy?.p99 },
  { name: "chanceToWait", of: ({ chanceToWait }) => chanceToWait },
  { name: "anyCardLostRequestsPerSecond", of: (model) => afterLoss(model, "gpu") },
  { name: "anyHostLostRequestsPerSecond", of: (model) => afterLoss(model, "host") },
  { name: "watts", of: ({ energy }) => energy.watts },
  { name: "kwhPerMillionTokens", of: ({ energy }) => energy.kwhPerMillionTokens },
  { name: "costPerMillionTokens", of: ({ energy }) => energy.costPerMillionTokens },
];

/** A model that is asked for too much has no latencies. */
function latencyColumns(models: readonly ModelCapacity[]): readonly CsvColumn[] {
  return models
    .flatMap(({ latencies }) => latencies)
    .filter(isFirst)
    .map(({ metric, percentile }) => ({
      name: `${percentileName(metric, percentile)}Seconds`,
      of: ({ latencies }) =>
        latencies.find((one) => one.metric === metric && one.percentile === percentile)?.seconds,
    }));
}

const TARGETS: readonly CsvColumn[] = [
  { name: "utilization", of: (model) => model.utilization },
  { name: "boundBy", of: ({ concurrency }) => concurrency.limit },
  {
    name: "targets",
    of: ({ targets }) => targets.length,
    without: ({ targets }) => targets.length,
  },
  {
    name: "targetsMet",
    of: ({ targets }) => targets.filter(({ isMet }) => isMet).length,
    without: () => 0,
  },
  { name: "breaksAtRequestsPerSecond", of: ({ targets }) => leastBreak(targets) },
];

/** Of those that some model has; of two for one percentile, the tighter. */
function targetColumns(models: readonly Pick<UnplacedCapacity, "targets">[]): readonly CsvColumn[] {
  return models
    .flatMap(({ targets }) => targets)
    .filter(isFirst)
    .flatMap((column): readonly CsvColumn[] => {
      const name = `${percentileName(column.metric, column.percentile)}Target`;
      const of = ({ targets }: ModelCapacity) => tightest(targets, column);
      const without = ({ targets }: UnplacedCapacity) => tightest(targets, column);
      return [
        {
          name: `${name}Seconds`,
          of: (model) => of(model)?.mostSeconds,
          without: (model) => without(model)?.mostSeconds,
        },
        {
          name: `${name}IsMet`,
          of: (model) => of(model)?.isMet,
          without: (model) => (without(model) === undefined ? undefined : false),
        },
        {
          name: `${name}BreaksAtRequestsPerSecond`,
          of: (model) => of(model)?.breaksAtRequestsPerSecond,
        },
      ];
    });
}

function tightest<T extends UnplacedCapacity["targets"][number]>(
  targets: readonly T[],
  { metric, percentile }: AtPercentile,
): T | undefined {
  return targets
    .filter((one) => one.metric === metric && one.percentile === percentile)
    .toSorted((a, b) => a.mostSeconds - b.mostSeconds)[0];
}

/** The rate at which the first target breaks. */
function leastBreak(targets: ModelCapacity["targets"]): number | undefined {
  return targets.length === 0
    ? undefined
    : Math.min(...targets.map((target) => target.breaksAtRequestsPerSecond));
}

function fleetColumns(fleet: CapacityDocument["fleet"]): readonly CsvColumn[] {
  const { energy } = fleet;
  const values = {
    fleetRequestsPerSecond: fleet.requestsPerSecond,
    fleetInputTokensPerSecond: fleet.inputTokensPerSecond,
    fleetOutputTokensPerSecond: fleet.outputTokensPerSecond,
    fleetWatts: energy.watts,
    fleetKwhPerMillionTokens: energy.kwhPerMillionTokens,
    fleetCostPerMillionTokens: energy.costPerMillionTokens,
  };
  return Object.entries(values).map(([name, value]) => ({
    name,
    of: () => value,
    without: () => value,
  }));
}

function afterLoss({ afterLoss: losses }: ModelCapacity, wanted: "gpu" | "host") {
  return losses.find(({ loss }) => loss === wanted)?.requestsPerSecond;
}
