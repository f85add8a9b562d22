import type { CapacityDocument, ModelCapacity } from "@berth/core/capacity";

/** One line a model under a header; units stand in the names. Absent numbers are empty. */
export function capacityCsv({ models }: CapacityDocument): string {
  const latencies = models[0]?.latencies ?? [];
  const header = [
    ...COLUMNS.map(({ name }) => name),
    ...latencies.map(({ metric, percentile }) => `${metric}P${100 * percentile}Seconds`),
  ];
  const lines = models.map((model) => [
    ...COLUMNS.map(({ of }) => cell(of(model))),
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
  { name: "watts", of: ({ energy }) => energy.watts },
  { name: "kwhPerMillionTokens", of: ({ energy }) => energy.kwhPerMillionTokens },
  { name: "costPerMillionTokens", of: ({ energy }) => energy.costPerMillionTokens },
];

/** Names may hold commas and quotes (RFC 4180), and what a spreadsheet would take for a formula. */
function cell(value: string | number | boolean | undefined): string {
  const text = String(value ?? "");
  const safe = typeof value === "string" && /^[=+\-@\t]/.test(text) ? `'${text}` : text;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
