import { formatCount } from "@berth/core";
import type { CapacityDocument, ModelCapacity, UnplacedCapacity } from "@berth/core/capacity";
import { LATENCY_NAMES, percentile, rate, share, targetText, time } from "./capacity-numbers.ts";
import { printSimulated } from "./capacity-simulated.ts";
import { latencyPlots } from "./latency-plots.ts";
import { type Look, paint } from "./look.ts";
import { type Column, printTable } from "./table.ts";

/** What each model serves, its latencies, its targets, and the fleet's sums, as tables. */
export function printCapacity(document: CapacityDocument, look: Look): string {
  const { models } = document;
  return [
    served(document, look),
    latencies(models, look),
    targets(document, look),
    losses(models, look),
    energies(models, look),
    ...models.flatMap((model) => latencyPlots(model, look)),
    ...printSimulated(document, look),
    fleetLine(document),
    document.warnings.map((warning) => `${paint(look, "yellow", "note:")} ${warning}\n`).join(""),
  ]
    .filter((part) => part !== "")
    .join("\n");
}

const right = (title: string): Column => ({ title, align: "right" });

/** One table, or two where it would be too wide. */
function served({ models, unplaced }: CapacityDocument, look: Look): string {
  const rates: readonly Column[] = [
    right("requests/s"),
    right("at most"),
    right("tokens/s in"),
    right("out"),
    right("running"),
    right("at most"),
    { title: "bound by" },
  ];
  const cache: readonly Column[] = [right("KV p50"), right("p95"), right("p99"), right("waits")];
  const table = (
    columns: readonly Column[],
    cells: (model: ModelCapacity) => readonly string[],
    without: (model: UnplacedCapacity) => readonly string[],
  ) =>
    printTable(
      [{ title: "model" }, ...columns],
      [
        ...models.map((model) => [model.model, ...cells(model)]),
        ...unplaced.map((model) => [model.model, ...without(model)]),
      ],
      look,
    );
  const [ofRate, ofUnplaced] = [
    (model: ModelCapacity) => rateCells(model, look),
    (model: UnplacedCapacity) => unplacedCells(model, look),
  ];
  const none = () => cache.map(() => "-");
  return look.width < WIDE
    ? `${table(rates, ofRate, ofUnplaced)}\n${table(cache, cacheCells, none)}`
    : table(
        [...rates, ...cache],
        (model) => [...ofRate(model), ...cacheCells(model)],
        (model) => [...ofUnplaced(model), ...none()],
      );
}

/** Columns from which on all that is said of a model goes on one line. */
const WIDE = 110;

function rateCells(model: ModelCapacity, look: Look): readonly string[] {
  const asked = rate(model.requestsPerSecond);
  return [
    model.isServed ? asked : paint(look, "red", asked),
    rate(model.mostRequestsPerSecond),
    formatCount(model.inputTokensPerSecond),
    formatCount(model.outputTokensPerSecond),
    model.concurrency.running === undefined ? "-" : rate(model.concurrency.running),
    formatCount(Math.floor(model.concurrency.most)),
    LIMITS[model.concurrency.limit],
  ];
}

/** None of what it is asked, and why. */
function unplacedCells({ requestsPerSecond: asked }: UnplacedCapacity, look: Look) {
  const why = paint(look, "red", "no place");
  return [
    asked === undefined ? "-" : paint(look, "red", rate(asked)),
    "0",
    "0",
    "0",
    "-",
    "0",
    why,
  ];
}

/** The cache is that of the fullest replica, which is named where not all are alike. */
function cacheCells({ kvOccupancy, chanceToWait, replicas }: ModelCapacity): readonly string[] {
  const areAlike = new Set(replicas.map(({ weight }) => weight)).size <= 1;
  const of = areAlike || kvOccupancy === undefined ? "" : ` #${kvOccupancy.replica + 1}`;
  const shares = [kvOccupancy?.p50, kvOccupancy?.p95].map(share);
  return [...shares, `${share(kvOccupancy?.p99)}${of}`, share(chanceToWait)];
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
      `${LATENCY_NAMES[latency.metric]} ${percentile(latency)}`,
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

function targets({ models, unplaced }: CapacityDocument, look: Look): string {
  const rows = [
    ...models.flatMap((model) =>
      model.targets.map((target) => [
        model.model,
        targetText(target),
        target.isMet ? "met" : paint(look, "red", "missed"),
        `${rate(target.breaksAtRequestsPerSecond)} requests/s`,
      ]),
    ),
    ...unplaced.flatMap(({ model, targets: own }) =>
      own.map((target) => [model, targetText(target), paint(look, "red", "missed"), "no place"]),
    ),
  ];
  const columns = [{ title: "model" }, { title: "target" }, { title: "" }, right("breaks at")];
  return rows.length === 0 ? "" : printTable(columns, rows, look);
}

/** What is left when the worst card or host is lost. */
function losses(models: readonly ModelCapacity[], look: Look): string {
  const cell = (model: ModelCapacity, wanted: "gpu" | "host"): string => {
    const found = model.afterLoss.find(({ loss }) => loss === wanted);
    if (found === undefined) {
      return "-";
    }
    const text = `${rate(found.requestsPerSecond)} without ${found.lost}`;
    return found.isEnough ? text : paint(look, "yellow", text);
  };
  if (models.length === 0) {
    return "";
  }
  return printTable(
    [{ title: "model" }, { title: "requests/s, any card lost" }, { title: "any host lost" }],
    models.map((model) => [model.model, cell(model, "gpu"), cell(model, "host")]),
    look,
  );
}

/** What each model takes to run; of one alone, the line of the fleet says it. */
function energies(models: readonly ModelCapacity[], look: Look): string {
  if (models.length < 2) {
    return "";
  }
  const hasCost = models.some(({ energy }) => energy.costPerMillionTokens !== undefined);
  const rows = models.map(({ model, energy }) => [
    model,
    formatCount(energy.watts),
    energy.kwhPerMillionTokens?.toFixed(2) ?? "-",
    ...(hasCost ? [energy.costPerMillionTokens?.toFixed(2) ?? "-"] : []),
  ]);
  const columns = [
    { title: "model" },
    right("W at most"),
    right("kWh a million tokens"),
    ...(hasCost ? [right("cost")] : []),
  ];
  return printTable(columns, rows, look);
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
