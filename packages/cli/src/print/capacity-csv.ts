import type {
  CapacityDocument,
  Interval,
  ModelCapacity,
  OccupancyCapacity,
  SimulatedCapacity,
} from "@berth/core/capacity";

/**
 * One line a model under a header; units stand in the names. Absent numbers are empty. Of a model whose replicas
 * differ, the simulations' columns tell of the fullest.
 */
export function capacityCsv({ models, monteCarlo, simulation }: CapacityDocument): string {
  const latencies = models[0]?.latencies ?? [];
  const columns = [
    ...COLUMNS,
    ...(monteCarlo === undefined ? [] : MONTE_CARLO),
    ...(simulation === undefined ? [] : SIMULATION),
  ];
  const header = [
    ...columns.map(({ name }) => name),
    ...latencies.map(({ metric, percentile }) => `${metric}P${100 * percentile}Seconds`),
  ];
  const lines = models.map((model) => [
    ...columns.map(({ of }) => cell(of(model))),
    ...latencies.map(({ metric, percentile }) =>
      cell(
        model.latencies.find((one) => one.metric === metric && one.percentile === percentile)
          ?.seconds,
      ),
    ),
  ]);
  return [header, ...lines].map((line) => `${line.join(",")}\n`).join("");
}

interface CsvColumn {
  readonly name: string;
  readonly of: (model: ModelCapacity) => string | number | boolean | undefined;
}

const COLUMNS: readonly CsvColumn[] = [
  { name: "model", of: ({ model }) => model },
  { name: "requestsPerSecond", of: (model) => model.requestsPerSecond },
  { name: "mostRequestsPerSecond", of: (model) => model.mostRequestsPerSecond },
  { name: "isServed", of: ({ isServed }) => isServed },
  { name: "inputTokensPerSecond", of: (model) => model.inputTokensPerSecond },
  { name: "outputTokensPerSecond", of: (model) => model.outputTokensPerSecond },
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
