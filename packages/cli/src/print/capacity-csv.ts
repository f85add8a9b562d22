import type {
  CapacityDocument,
  Interval,
  ModelCapacity,
  OccupancyCapacity,
  SimulatedCapacity,
  UnplacedCapacity,
} from "@berth/core/capacity";

/**
 * One line a model under a header, models without a place last; units stand in the names. Absent numbers are empty. Of a model whose replicas
 * differ, the simulations' columns tell of the fullest. What the whole fleet comes to stands in every line. New columns
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
    ...(simulation === undefined ? [] : [SIMULATED_TARGETS]),
    ...fleetColumns(fleet),
  ];
  const header = columns.map(({ name }) => name);
  const lines = [
    ...models.map((model) => columns.map(({ of }) => cell(of(model)))),
    ...unplaced.map((model) => columns.map(({ without }) => cell(without?.(model)))),
  ];
  return [header, ...lines].map((line) => `${line.join(",")}\n`).join("");
}

type CsvValue = string | number | boolean | undefined;

interface CsvColumn {
  readonly name: string;
  readonly of: (model: ModelCapacity) => CsvValue;
  /** Of a model without a place; empty where absent. */
  readonly without?: (model: UnplacedCapacity) => CsvValue;
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
      name: `${nameOf(metric, percentile)}Seconds`,
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

const SIMULATED_TARGETS: CsvColumn = {
  name: "simulatedTargetsMet",
  of: (model) => followed(model)?.targets.filter(({ isMet }) => isMet).length,
};

/** Of those that some model has; of two for one percentile, the tighter. */
function targetColumns(models: readonly Pick<UnplacedCapacity, "targets">[]): readonly CsvColumn[] {
  return models
    .flatMap(({ targets }) => targets)
    .filter(isFirst)
    .flatMap((column): readonly CsvColumn[] => {
      const name = `${nameOf(column.metric, column.percentile)}Target`;
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

interface AtPercentile {
  readonly metric: string;
  readonly percentile: number;
}

/** Whether none before it has its metric and percentile. */
function isFirst(one: AtPercentile, i: number, all: readonly AtPercentile[]): boolean {
  return (
    all.findIndex(
      ({ metric, percentile }) => metric === one.metric && percentile === one.percentile,
    ) === i
  );
}

/** "ttftP99.9"; more digits than arithmetic leaves are cut. */
function nameOf(metric: string, percentile: number): string {
  return `${metric}P${Number((PERCENT * percentile).toFixed(DIGITS))}`;
}

const PERCENT = 100;
const DIGITS = 6;

function afterLoss({ afterLoss: losses }: ModelCapacity, wanted: "gpu" | "host") {
  return losses.find(({ loss }) => loss === wanted)?.requestsPerSecond;
}

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

const walked = ({ occupancy }: ModelCapacity) => fullest(occupancy);
const followed = ({ simulated }: ModelCapacity) => fullest(simulated);

const MONTE_CARLO: readonly CsvColumn[] = [
  ...intervalColumns("monteCarloRunning", (model) => walked(model)?.sequences),
  ...kvColumns("monteCarlo", walked),
  ...intervalColumns("monteCarloWaits", (model) => walked(model)?.waits),
  ...intervalColumns("monteCarloPauses", (model) => walked(model)?.pauses),
  ...intervalColumns("monteCarloRunsOut", (model) => walked(model)?.runsOut),
];

const SIMULATION: readonly CsvColumn[] = [
  { name: "simulatedRequests", of: (model) => followed(model)?.requests },
  { name: "simulatedRunning", of: (model) => followed(model)?.sequences },
  ...kvColumns("simulated", followed),
  ...intervalColumns("simulatedWaits", (model) => followed(model)?.waits),
  ...intervalColumns("simulatedPauses", (model) => followed(model)?.pauses),
  ...(["ttft", "tpot", "e2e"] as const).flatMap((metric) =>
    (["p50", "p95", "p99"] as const).map((share) => ({
      name: `simulated${metric.replace(/^./, (letter) => letter.toUpperCase())}${share.toUpperCase()}Seconds`,
      of: (model: ModelCapacity) =>
        followed(model)?.latencies.find((one) => one.metric === metric)?.[`${share}Seconds`],
    })),
  ),
];

/** Names may hold commas and quotes (RFC 4180), and what a spreadsheet would take for a formula. */
function cell(value: string | number | boolean | undefined): string {
  const text = String(value ?? "");
  const safe = typeof value === "string" && /^[=+\-@\t]/.test(text) ? `'${text}` : text;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
