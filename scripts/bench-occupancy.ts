// npx tsx scripts/bench-occupancy.ts [--write] [PATHS]: how long the Monte Carlo of KV occupancy takes for six models,
// ten minutes of each, on every tensor backend that loads and on plain typed arrays. The middle of three runs, after
// one that is not counted. --write puts the table into docs/benchmarks/occupancy.md.
import { readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import {
  type Occupancy,
  type OccupancyCase,
  type OccupancyOptions,
  simulateOccupancy,
} from "../packages/core/src/capacity/occupancy/occupancy.ts";
import type { LengthDistribution } from "../packages/core/src/capacity/workload.ts";
import { requestsPerSecond, tokens } from "../packages/core/src/units/units.ts";

/**
 * One replica each, as `berth plan` sizes them on 12 RTX 3090 and 4090; a step reads the weights once (milliseconds)
 * and the KV cache of all sequences (microseconds for each thousand tokens).
 */
const MODELS = [
  { name: "Qwen2.5-1.5B, RTX 3090", kv: 640_000, step: 4.4, perThousand: 31, rate: 2 },
  { name: "Llama-3.2-3B, RTX 3090", kv: 130_000, step: 8.6, perThousand: 122, rate: 1.5 },
  { name: "Qwen2.5-7B, RTX 4090", kv: 120_000, step: 17.5, perThousand: 57, rate: 1 },
  { name: "Llama-3.1-8B, 2 × RTX 3090", kv: 210_000, step: 11, perThousand: 70, rate: 1 },
  { name: "Qwen2.5-14B, 2 × RTX 4090", kv: 85_000, step: 18, perThousand: 97, rate: 0.6 },
  { name: "Qwen2.5-32B, 4 × RTX 3090", kv: 70_000, step: 22, perThousand: 70, rate: 0.4 },
];

const lognormal = (median: number, sigma: number): LengthDistribution => ({
  kind: "lognormal",
  median: tokens(median),
  sigma,
  least: tokens(1),
  most: tokens(8 * median),
});

const cases: readonly OccupancyCase[] = MODELS.map(({ kv, step, perThousand, rate }) => ({
  workload: {
    arrivals: { kind: "poisson", rate: requestsPerSecond(rate) },
    prompt: lognormal(500, 0.8),
    output: lognormal(250, 0.7),
    targets: [],
  },
  replicas: 1,
  limits: {
    kvTokens: tokens(kv),
    tokensPerBlock: tokens(32),
    maxBatchSize: 64,
    maxNumTokens: tokens(8192),
    maxSeqLen: tokens(8192),
    hasChunkedPrefill: true,
    policy: "guaranteed-no-evict",
    reusesPrefix: false,
  },
  step: {
    baseSeconds: step / 1e3,
    secondsPerSequence: 2e-5,
    secondsPerKvToken: perThousand / 1e9,
    secondsPerPromptToken: step / 1e3 / 150,
  },
}));

const args = process.argv.slice(2);
const paths = Number(args.find((arg) => /^\d+$/.test(arg)) ?? 10_000);
const RUNS = 3;
const START = "<!-- measured -->";
const END = "<!-- end of what was measured -->";

interface Row {
  readonly backend: string;
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly all: readonly Occupancy[];
}

async function run(backend: OccupancyOptions["backend"]): Promise<Row> {
  const start = performance.now();
  const cpu = process.cpuUsage();
  const all: Occupancy[] = [];
  for (const one of cases) {
    all.push(
      await simulateOccupancy(one, { seed: 1, paths, horizonSeconds: 600, bands: 60, backend }),
    );
  }
  const { user, system } = process.cpuUsage(cpu);
  return {
    backend: backend ?? "",
    seconds: (performance.now() - start) / 1e3,
    cpuSeconds: (user + system) / 1e6,
    all,
  };
}

const rows: Row[] = [];
for (const backend of ["native", "wasm", "cpu", "typed-arrays"] as const) {
  try {
    await run(backend);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    continue;
  }
  const runs: Row[] = [];
  for (let i = 0; i < RUNS; i += 1) {
    runs.push(await run(backend));
  }
  const middle = runs.toSorted((a, b) => a.seconds - b.seconds)[(RUNS - 1) / 2];
  rows.push(...(middle === undefined ? [] : [middle]));
}

const ticks = rows[0]?.all.reduce((sum, one) => sum + one.ticks, 0) ?? 0;
const percent = (value: number) => `${(100 * value).toFixed(2)} %`;
const lines = [
  `${paths} paths × 10 minutes × ${MODELS.length} models, ${ticks} ticks in all, one thread of ${cpus()[0]?.model ?? "an unknown processor"}:`,
  "",
  "| backend | seconds | CPU seconds | p99 of the fullest cache | sequences of all models |",
  "| --- | --- | --- | --- | --- |",
  ...rows.map(({ backend, seconds, cpuSeconds, all }) => {
    const fullest = Math.max(...all.map(({ overall }) => overall.p99));
    const sequences = all.reduce((sum, one) => sum + one.sequences.value, 0);
    return `| ${backend} | ${seconds.toFixed(2)} | ${cpuSeconds.toFixed(2)} | ${percent(fullest)} | ${sequences.toFixed(2)} |`;
  }),
];
process.stdout.write(`${lines.join("\n")}\n`);
if (args.includes("--write")) {
  const file = "docs/benchmarks/occupancy.md";
  const text = readFileSync(file, "utf8");
  const [before] = text.split(START);
  writeFileSync(file, `${before}${START}\n\n${lines.join("\n")}\n\n${END}\n`);
}
