// tsx scripts/bench-batch.ts [--write] [LINES…]: lines a second of `./berth estimate --batch`, Node's start included: lines
// that repeat after a thousand, lines of which no two are alike (model, engine, card, precision, limits), and such
// lines with a card for each rank, in files of several lengths: of a short one, much is start. It says the wall clock's lines
// a second, and the CPU time (user and system, all threads) of 20,000 lines: the middle one of three runs. Two cores do
// 20,000 lines a second when that is 2 s or less; a run on a busy machine that is slower by the clock alone is marked BUSY.
// Exits 1 where lines of the longest file are SLOW.
import { spawnSync } from "node:child_process";
import { giveTable, markdownTable, median, ROOT, spread } from "./bench-tables.ts";

const RUNS = 3;
/** Lines a second on two cores with nothing else to do. */
const BAR = 20_000;
/** Seconds of CPU that two cores have in one second. */
const CPU_BAR = 2;

const MODELS = [
  "meta-llama/Llama-3.1-8B",
  "Qwen/Qwen3-30B-A3B",
  "google/gemma-2-9b-it",
  "deepseek-ai/DeepSeek-V3",
];
const ENGINES = ["tensorrt-llm", "tensorrt-llm-engine", "vllm", "sglang"];
const PAIRS = ["rtx-3090,rtx-4090", "l40s-48gb,rtx-4090", "h100-sxm-80gb,a100-sxm-80gb"];
const GPUS = ["rtx-3090", "rtx-4090", "h100-sxm-80gb", "l40s-48gb", "a100-sxm-80gb"];

const BATCH = "./berth estimate --batch - --json > /dev/null";

interface BatchLine {
  readonly gpu: string;
  readonly [key: string]: unknown;
}

interface Row {
  readonly what: string;
  /** Lines in the file. */
  readonly count: number;
  /** Lines a second, of each run. */
  readonly perSecond: readonly number[];
  /** Seconds for 20,000 lines, of each run. */
  readonly cpuSeconds: readonly number[];
}

/** Of the first, two thirds of the time are start, of the last a tenth. */
const LENGTHS = [20_000, 60_000, 240_000];

const args = process.argv.slice(2);
const asked = args.filter((arg) => /^\d+$/.test(arg)).map(Number);
const lengths = asked.length > 0 ? asked : LENGTHS;
const rows: readonly Row[] = lengths.flatMap((count) => [
  { what: "lines that repeat", count, ...measure(count, (i) => i % 1000) },
  { what: "lines all different", count, ...measure(count, (i) => i) },
  { what: "unequal cards, all different", count, ...measure(count, (i) => i, onTwoCards) },
]);
const columns = [
  "lines",
  "",
  "lines a second",
  "CPU seconds for 20,000",
  `bar: ${BAR.toLocaleString("en")} a second`,
];
const table = markdownTable(
  columns,
  rows.map((row) => [
    row.count.toLocaleString("en"),
    row.what,
    spread(row.perSecond),
    spread(row.cpuSeconds, 2),
    markOf(row),
  ]),
);
giveTable("batch", table, args);
const longest = Math.max(...lengths);
const isSlow = rows.some((row) => row.count === longest && markOf(row) === "SLOW");
process.exitCode = isSlow ? 1 : 0;

function markOf({ perSecond, cpuSeconds }: Row): string {
  if (median(perSecond) >= BAR) {
    return "kept";
  }
  return median(cpuSeconds) > CPU_BAR ? "SLOW" : "BUSY";
}

function measure(
  count: number,
  kindOf: (i: number) => number,
  change = (one: BatchLine, _kind: number): BatchLine => one,
): Omit<Row, "what" | "count"> {
  const lines = Array.from({ length: count }, (_, i) => change(line(i, kindOf(i)), kindOf(i)));
  const input = lines.map((one) => JSON.stringify(one)).join("\n");
  run(input); // the first run may build
  const runs = Array.from({ length: RUNS }, () => run(input));
  return {
    perSecond: runs.map(({ seconds }) => count / seconds),
    cpuSeconds: runs.map(({ cpu }) => (20_000 * cpu) / count),
  };
}

function line(i: number, kind: number): BatchLine {
  const pick = <T>(of: readonly T[], by: number) => of[Math.floor(kind / by) % of.length];
  return {
    id: `line-${i}`,
    model: pick(MODELS, 1),
    engine: pick(ENGINES, 4),
    gpu: pick(GPUS, 16) ?? "",
    tp: pick([1, 2, 4, 8], 80),
    quantization: pick(["bf16", "fp8", "int4-awq"], 320),
    maxSeqLen: 1024 + kind,
    maxNumTokens: 512 * (1 + (kind % 16)),
    maxBatchSize: 8 * (1 + (kind % 32)),
  };
}

/** The line as a pipeline over two unequal cards, of which others hold some. */
function onTwoCards(one: BatchLine, kind: number): BatchLine {
  const gpu = PAIRS[kind % PAIRS.length] ?? "";
  return { ...one, gpu, tp: 1, pp: 2, usedMiB: [kind % 1000, 0] };
}

/** One run; ends the bench where berth says anything but yes. */
function run(input: string): { readonly seconds: number; readonly cpu: number } {
  const begun = performance.now();
  // the shell's last words are the CPU time of what it ran: "0m1.270s 0m0.140s", user and system
  const { status, stderr } = spawnSync("sh", ["-c", `${BATCH} && times >&2`], {
    cwd: ROOT,
    input,
    encoding: "utf8",
  });
  const seconds = (performance.now() - begun) / 1000;
  if (status !== 0) {
    process.stderr.write(`berth estimate --batch exited with ${status}: ${stderr}`);
    process.exit(1);
  }
  const words = stderr.trim().split(/\s+/).slice(-2);
  const cpu = words.map((text) => /^(\d+)m([\d.]+)s$/.exec(text) ?? []);
  return { seconds, cpu: cpu.reduce((sum, [, m, s]) => sum + 60 * Number(m) + Number(s), 0) };
}
