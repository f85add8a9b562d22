// node scripts/bench.mjs occupancy [--write] [--all] [PATHS]: how long the Monte Carlo of KV occupancy takes for the six models
// of examples/mixed-fleet.yaml, ten minutes of each, with the limits and step times of its plan: on tensors in one thread and in
// a thread a core, and on plain typed arrays; --all adds the JavaScript backend, which takes minutes. All backends are compared on
// few paths; 1 where they disagree. The middle of three runs,
// after one that is not counted. --write puts the tables into docs/benchmarks/occupancy.md.
import { readFileSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus } from "node:os";
import { occupancyThreads } from "../packages/cli/dist/commands/occupancy-threads.js";
import {
  type Occupancy,
  simulateOccupancy,
} from "../packages/core/src/capacity/occupancy/occupancy.ts";
import type {
  OccupancyCase,
  OccupancyOptions,
} from "../packages/core/src/capacity/occupancy/occupancy-case.ts";
import type { LengthDistribution } from "../packages/core/src/capacity/workload.ts";
import { importPreset } from "../packages/core/src/catalog/catalog.ts";
import { planCapacity } from "../packages/core/src/documents/capacity/plan-capacity.ts";
import { replicaCases } from "../packages/core/src/documents/capacity/replica-cases.ts";
import { inventoryFromTexts, parseFleetFile, planFleet } from "../packages/core/src/index.ts";
import { requestsPerSecond, tokens } from "../packages/core/src/units/units.ts";

const lognormal = (median: number, sigma: number): LengthDistribution => ({
  kind: "lognormal",
  median: tokens(median),
  sigma,
  least: tokens(1),
  most: tokens(8 * median),
});

/** Chat-like requests, at so large a part of what each model can serve. */
const LENGTHS = { prompt: lognormal(500, 0.8), output: lognormal(250, 0.7) };
const LOAD = 1 / 2;

async function planned(): Promise<readonly OccupancyCase[]> {
  const file = "examples/mixed-fleet.yaml";
  const fleet = parseFleetFile(file, readFileSync(file, "utf8"));
  const text = readFileSync("examples/inventory/twelve-cards.xml", "utf8");
  const inventory = inventoryFromTexts([{ name: "twelve-cards.xml", text }]);
  const plan = await planFleet({ file, fleet, inventory });
  const models = new Map(
    plan.deployments.flatMap(({ source }) => {
      const spec = importPreset(source);
      return spec === undefined ? [] : [[source, spec] as const];
    }),
  );
  const input = { file, plan, models, change: LENGTHS };
  const capacity = planCapacity(input);
  return replicaCases(input).map(({ model, workload, limits, step }) => {
    const { utilization = 1 } = capacity.models.find((one) => one.model === model) ?? {};
    const rate = (workload.arrivals.rate / utilization) * LOAD;
    const arrivals = { kind: "poisson" as const, rate: requestsPerSecond(rate) };
    return { workload: { ...workload, arrivals }, replicas: 1, limits, step };
  });
}

const cases = await planned();
const args = process.argv.slice(2);
const paths = Number(args.find((arg) => /^\d+$/.test(arg)) ?? 10_000);
const percent = (value: number) => `${(100 * value).toFixed(2)} %`;
const RUNS = 3;
const START = "<!-- measured -->";
const END = "<!-- end of what was measured -->";

interface Row {
  readonly backend: string;
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly all: readonly Occupancy[];
}

const WAYS = [
  { name: "native", backend: "native" },
  { name: "wasm", backend: "wasm" },
  { name: `wasm, ${availableParallelism()} threads`, backend: "wasm", isThreaded: true },
  ...(args.includes("--all") ? [{ name: "cpu", backend: "cpu" } as const] : []),
  { name: "typed-arrays", backend: "typed-arrays" },
] as const;

const threads = occupancyThreads();
const optionsFor = (
  backend: OccupancyOptions["backend"],
  more: Partial<OccupancyOptions> = {},
) => ({
  ...{ seed: 1, paths, kinds: cases.length, horizonSeconds: 600, bands: 60, backend },
  ...more,
});

async function run({
  name,
  backend,
  isThreaded = false,
}: {
  readonly name: string;
  readonly backend: OccupancyOptions["backend"];
  readonly isThreaded?: boolean;
}): Promise<Row> {
  const start = performance.now();
  const cpu = process.cpuUsage();
  const all = isThreaded ? await inThreads(optionsFor(backend)) : await inTurn(optionsFor(backend));
  const { user, system } = process.cpuUsage(cpu);
  return {
    backend: name,
    seconds: (performance.now() - start) / 1e3,
    cpuSeconds: (user + system) / 1e6,
    all,
  };
}

async function inTurn(options: OccupancyOptions): Promise<readonly Occupancy[]> {
  const all: Occupancy[] = [];
  for (const one of cases) {
    all.push(await simulateOccupancy(one, options));
  }
  return all;
}

/** The longest first. */
async function inThreads(options: OccupancyOptions): Promise<readonly Occupancy[]> {
  const left = cases.toSorted((a, b) => b.workload.arrivals.rate - a.workload.arrivals.rate);
  const all: Occupancy[] = [];
  const work = async (): Promise<void> => {
    for (let one = left.shift(); one !== undefined; one = left.shift()) {
      all.push(await threads.walk(one, options));
    }
  };
  await Promise.all(Array.from({ length: threads.atOnce }, work));
  return all;
}

const rows: Row[] = [];
const spreads: string[] = [];
for (const way of WAYS) {
  try {
    await run(way);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    continue;
  }
  const runs: Row[] = [];
  for (let i = 0; i < RUNS; i += 1) {
    runs.push(await run(way));
  }
  const times = runs.map(({ seconds }) => seconds).toSorted((a, b) => a - b);
  spreads.push(`${times[0]?.toFixed(2)} to ${times.at(-1)?.toFixed(2)}`);
  const middle = runs.toSorted((a, b) => a.seconds - b.seconds)[(RUNS - 1) / 2];
  rows.push(...(middle === undefined ? [] : [middle]));
}

/** What coarser steps cost: the largest difference to 16 ticks a request and 8 output lengths over all replicas. */
async function errors(): Promise<readonly string[]> {
  const few = { paths: Math.min(paths, 1000) };
  const walked = async (ticksPerRequest: number, outputLengths: number) =>
    await inTurn(optionsFor("typed-arrays", { ...few, grain: { ticksPerRequest, outputLengths } }));
  const fine = await walked(16, 8);
  const lines: string[] = [];
  for (const [ticksPerRequest, lengths] of [
    [4, 4],
    [3, 4],
    [2, 3],
    [1, 3],
  ] as const) {
    const found = await walked(ticksPerRequest, lengths);
    const worst = (of: (one: Occupancy, best: Occupancy) => number): number =>
      Math.max(...found.map((one, i) => of(one, fine[i] ?? one)));
    const sequences = worst((one, best) =>
      Math.abs(one.sequences.value / best.sequences.value - 1),
    );
    const waits = worst((one, best) => Math.abs(one.waits.value - best.waits.value));
    const p99 = worst((one, best) => Math.abs(one.overall.p99 - best.overall.p99));
    lines.push(
      `| ${ticksPerRequest} | ${lengths} | ${percent(sequences)} | ${percent(waits)} | ${percent(p99)} |`,
    );
  }
  return [
    "| ticks a request | output lengths | sequences, relative | chance to wait | p99 of the cache |",
    "| --- | --- | --- | --- | --- |",
    ...lines,
  ];
}

/** Paths on which all backends are compared: JavaScript's tensors take some seconds for so many. */
const COMPARED = 250;
/** Backends that differ by more have a fault: float32 rounds at another place in each. */
const ALIKE = 0.01;

/** How far each backend is from typed arrays: the largest differences of any replica. */
async function agreement(): Promise<readonly string[]> {
  const few = { paths: COMPARED };
  const plain = await inTurn(optionsFor("typed-arrays", few));
  const lines: string[] = [];
  for (const backend of ["native", "wasm", "cpu"] as const) {
    const found = await inTurn(optionsFor(backend, few)).catch(() => undefined);
    if (found === undefined) {
      lines.push(`| ${backend} | not installed | | |`);
      continue;
    }
    const worst = (of: (one: Occupancy, other: Occupancy) => number): number =>
      Math.max(...found.map((one, i) => of(one, plain[i] ?? one)));
    const apart = [
      worst((one, other) => Math.abs(one.sequences.value / other.sequences.value - 1)),
      worst((one, other) => Math.abs(one.waits.value - other.waits.value)),
      worst((one, other) => Math.abs(one.overall.p99 - other.overall.p99)),
    ];
    if (Math.max(...apart) > ALIKE) {
      process.stderr.write(`${backend} and typed arrays disagree\n`);
      process.exitCode = 1;
    }
    lines.push(`| ${backend} | ${apart.map(percent).join(" | ")} |`);
  }
  return [
    `Differences to typed arrays on ${COMPARED} paths:`,
    "",
    "| backend | sequences, relative | chance to wait | p99 of the cache |",
    "| --- | --- | --- | --- |",
    ...lines,
  ];
}

const ticks = rows[0]?.all.reduce((sum, one) => sum + one.ticks, 0) ?? 0;
const lines = [
  `${paths} paths × 10 minutes × ${cases.length} kinds of replicas, ${ticks} ticks in all, on ${cpus().length} cores of ${cpus()[0]?.model ?? "an unknown processor"}:`,
  "",
  "| backend | seconds | fastest to slowest | CPU seconds | p99 of the fullest cache | sequences of all models |",
  "| --- | --- | --- | --- | --- | --- |",
  ...rows.map(({ backend, seconds, cpuSeconds, all }, i) => {
    const fullest = Math.max(...all.map(({ overall }) => overall.p99));
    const sequences = all.reduce((sum, one) => sum + one.sequences.value, 0);
    return `| ${backend} | ${seconds.toFixed(2)} | ${spreads[i]} | ${cpuSeconds.toFixed(2)} | ${percent(fullest)} | ${sequences.toFixed(2)} |`;
  }),
  "",
  ...(await agreement()),
  "",
  ...(await errors()),
];
await threads.close();
process.stdout.write(`${lines.join("\n")}\n`);
if (args.includes("--write")) {
  const file = "docs/benchmarks/occupancy.md";
  const text = readFileSync(file, "utf8");
  const [before] = text.split(START);
  writeFileSync(file, `${before}${START}\n\n${lines.join("\n")}\n\n${END}\n`);
}
