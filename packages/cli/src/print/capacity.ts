import { formatCount } from "@berth/core";
import type { CapacityDocument, Latency, ModelCapacity } from "@berth/core/capacity";
import { type Look, paint } from "./look.ts";
import { type Column, printTable } from "./table.ts";

/** What each model serves, its latencies, its targets, and the fleet's sums, as tables. */
export function printCapacity(document: CapacityDocument, look: Look): string {
  const { models } = document;
  return [
    served(models, look),
    latencies(models, look),
    targets(models, look),
    fleetLine(document),
    ...document.warnings.map((warning) => `${paint(look, "yellow", "note:")} ${warning}\n`),
  ]
    .filter((part) => part !== "")
    .join("\n");
}

const right = (title: string): Column => ({ title, align: "right" });

function served(models: readonly ModelCapacity[], look: Look): string {
  const columns = [
    { title: "model" },
    right("requests/s"),
    right("at most"),
    right("tokens/s in"),
    right("out"),
    right("running"),
    right("at most"),
    { title: "bound by" },
    right("KV p50"),
    right("p95"),
    right("p99"),
    right("waits"),
  ];
  const rows = models.map((model) => [
    model.model,
    model.isServed
      ? rate(model.requestsPerSecond)
      : paint(look, "red", rate(model.requestsPerSecond)),
    rate(model.mostRequestsPerSecond),
    formatCount(model.inputTokensPerSecond),
    formatCount(model.outputTokensPerSecond),
    model.concurrency.running === undefined ? "-" : rate(model.concurrency.running),
    formatCount(Math.floor(model.concurrency.most)),
    LIMITS[model.concurrency.limit],
    share(model.kvOccupancy?.p50),
    share(model.kvOccupancy?.p95),
    share(model.kvOccupancy?.p99),
    share(model.chanceToWait),
  ]);
  return printTable(columns, rows, look);
}

const LIMITS = {
  "kv-cache": "KV cache",
  "batch-size": "batch size",
  "step-tokens": "tokens a step",
} as const;

function latencies(models: readonly ModelCapacity[], look: Look): string {
  const rows = models.flatMap((model) =>
    model.latencies.map((latency) => [
      model.model,
      `${NAMES[latency.metric]} ${percentile(latency)}`,
      time(latency.seconds),
      `${time(latency.lowSeconds)} to ${time(latency.highSeconds)}`,
    ]),
  );
  const columns = [
    { title: "model" },
    { title: "latency" },
    right("expected"),
    right("95 % of measurements"),
  ];
  return rows.length === 0 ? "" : printTable(columns, rows, look);
}

const NAMES = { ttft: "TTFT", tpot: "TPOT", e2e: "end to end" } as const;

function targets(models: readonly ModelCapacity[], look: Look): string {
  const rows = models.flatMap((model) =>
    model.targets.map((target) => [
      model.model,
      `${NAMES[target.metric]} ${percentile(target)} ≤ ${time(target.mostSeconds)}`,
      target.isMet ? "met" : paint(look, "red", "missed"),
      `${rate(target.breaksAtRequestsPerSecond)} requests/s`,
    ]),
  );
  const columns = [{ title: "model" }, { title: "target" }, { title: "" }, right("breaks at")];
  return rows.length === 0 ? "" : printTable(columns, rows, look);
}

function fleetLine({ fleet }: CapacityDocument): string {
  const { energy } = fleet;
  const kwh =
    energy.kwhPerMillionTokens === undefined
      ? ""
      : `, at most ${formatCount(energy.watts)} W and ${energy.kwhPerMillionTokens.toFixed(2)} kWh a million tokens`;
  const cost =
    energy.costPerMillionTokens === undefined
      ? ""
      : `, which cost ${energy.costPerMillionTokens.toFixed(2)}`;
  return `In all ${rate(fleet.requestsPerSecond)} requests/s: ${formatCount(fleet.inputTokensPerSecond)} tokens/s in, ${formatCount(fleet.outputTokensPerSecond)} out${kwh}${cost}.\n`;
}

/** Three digits of what may be 0.02 or 2,000. */
function rate(value: number): string {
  return value >= 100 ? formatCount(value) : value.toPrecision(3);
}

function share(value: number | undefined): string {
  return value === undefined ? "-" : `${(100 * value).toFixed(0)} %`;
}

function time(seconds: number): string {
  return seconds < 1 ? `${(1000 * seconds).toPrecision(3)} ms` : `${seconds.toPrecision(3)} s`;
}

function percentile(latency: Pick<Latency, "percentile">): string {
  return `p${Number((100 * latency.percentile).toFixed(3))}`;
}
