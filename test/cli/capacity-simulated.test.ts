import { readFileSync } from "node:fs";
import type { CapacityDocument } from "@berth/core/capacity";
import { Ajv2020 } from "ajv/dist/2020.js";
import { beforeAll, describe, expect, test } from "vitest";
import { berthHere } from "../support/in-process.ts";
import { folderWith, oneSentence, shell } from "./run-berth.ts";

const FLEET = `hosts:
  - name: box1
    gpus: [{ gpu: rtx-4090, count: 2 }]
engine: vllm
models:
  - name: chat
    model: meta-llama/Llama-3.2-3B
    maxSeqLen: 4096
    concurrency: 16
    workload: { rate: 2, prompt: { median: 400, p95: 1500 }, output: 150, targets: [{ metric: ttft, most: 2 s }] }
  - { name: traced, model: Qwen/Qwen2.5-0.5B, concurrency: 4, workload: { trace: own.csv } }
`;
/** Four requests within three seconds. */
const TRACE = "0,300,40\n1,500,60\n2,200,30\n3,400,50\n";

const cwd = folderWith({ "fleet.yaml": FLEET, "own.csv": TRACE });
const berth = (args: readonly string[], more: { readonly width?: number } = {}) =>
  berthHere(args, { cwd, ...more });
const simulated = (minutes: string, paths = "50"): readonly string[] => [
  ...["capacity", "plan.json", "--simulate", "--monte-carlo", paths, "--minutes", minutes],
];
const BOTH = simulated("0.5");

beforeAll(async () => {
  await berth(["plan", "fleet.yaml", "--out", "plan.json"]);
});

async function documentOf(args: readonly string[]): Promise<CapacityDocument> {
  const { stdout } = await berth([...args, "--json"]);
  return JSON.parse(stdout) as CapacityDocument;
}

test("--json has both methods, as the schema says, and the same bytes for a seed", async () => {
  const [first, again, other] = await Promise.all(
    ["7", "7", "8"].map((seed) => berth([...BOTH, "--seed", seed, "--json"])),
  );
  expect([first?.code, first?.stderr]).toEqual([0, ""]);
  expect(again?.stdout).toBe(first?.stdout);
  expect(other?.stdout).not.toBe(first?.stdout);
  const document = JSON.parse(first?.stdout ?? "") as CapacityDocument;
  const schema = new URL("../../data/schemas/capacity.schema.json", import.meta.url);
  const validate = new Ajv2020().compile(JSON.parse(readFileSync(schema, "utf8")));
  expect(validate(document) ? [] : validate.errors).toEqual([]);
  expect(document.monteCarlo).toMatchObject({ paths: 50, seed: 7, minutes: 0.5 });
  expect(document.simulation).toEqual({ seed: 7, minutes: 0.5 });
});

test("the three methods agree where there is room, and a trace's pace is kept", async () => {
  const { models, warnings } = await documentOf([...simulated("2", "100"), "--scale-rate", "2"]);
  const [chat, traced] = models;
  const [walked] = chat?.occupancy ?? [];
  const [followed] = chat?.simulated ?? [];
  const running = chat?.concurrency.running ?? Number.NaN;
  expect(walked?.sequences.value).toBeGreaterThan(0.8 * running);
  expect(walked?.sequences.value).toBeLessThan(1.2 * running);
  expect(followed?.sequences).toBeGreaterThan(0.8 * running);
  expect(followed?.sequences).toBeLessThan(1.2 * running);
  // 4 a second for two minutes; five standard deviations of a Poisson number
  expect(Math.abs((followed?.requests ?? 0) - 480)).toBeLessThan(5 * Math.sqrt(480));
  // three gaps a round of three seconds and one more, all at twice the pace: two a second, but for the last ones
  expect(traced?.simulated?.[0]?.requests).toBeGreaterThan(235);
  expect(traced?.simulated?.[0]?.requests).toBeLessThan(242);
  expect(warnings.join()).toContain(
    "traced: its trace ends before the simulation does, and is walked 60.0 times",
  );
});

test("a table by method, a plot that has no line above 80 columns, and CSV", async () => {
  const { stdout } = await berth([...BOTH, "--seed", "1"], { width: 80 });
  expect(stdout).toMatch(/Monte Carlo +[\d.]+ ± /);
  expect(stdout).toContain("50 paths of 0.5 minutes from an empty start, seed 1");
  expect(stdout).toMatch(/KV cache in use: █ p50/);
  const own = stdout.slice(stdout.indexOf("By method"), stdout.indexOf("In all"));
  expect(Math.max(...own.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
  const csv = await berth([...BOTH, "--csv"]);
  const lines = csv.stdout.trim().split("\n");
  expect(lines[0]).toContain(",monteCarloWaits,monteCarloWaitsLow,monteCarloWaitsHigh,");
  expect(lines[0]).toContain(",simulatedTtftP95Seconds,");
  expect(new Set(lines.map((line) => line.split(",").length)).size).toBe(1);
});

test("many paths go to threads in parts: the digits are the same on one core and on all", async () => {
  const asked = "capacity plan.json --model chat --monte-carlo 5000 --minutes 0.1 --json";
  // one core is one thread, which gets both parts
  const [one, all] = await Promise.all([
    shell(`taskset -c 0 $BERTH ${asked}`, { cwd }),
    shell(`$BERTH ${asked}`, { cwd }),
  ]);
  expect([one.code, one.stderr]).toEqual([0, ""]);
  expect(all.stdout).toBe(one.stdout);
  const { models, monteCarlo } = JSON.parse(one.stdout) as CapacityDocument;
  expect(monteCarlo).toMatchObject({ paths: 5000, seed: 1 });
  const [found] = models[0]?.occupancy ?? [];
  expect(found?.bandIntervals).toHaveLength(found?.bands.length ?? -1);
  for (const [i, { p50, p95, p99 }] of (found?.bandIntervals ?? []).entries()) {
    expect([p50.value, p95.value, p99.value]).toEqual([
      found?.bands[i]?.p50,
      found?.bands[i]?.p95,
      found?.bands[i]?.p99,
    ]);
    for (const { value, low, high } of [p50, p95, p99]) {
      expect(low <= value && value <= high).toBe(true);
    }
  }
});

test("a target that only the simulation misses is a no", async () => {
  // a burst of requests at once, which a closed form that knows only their rate does not see
  const burst = Array.from({ length: 200 }, (_, i) => `${i < 199 ? 0 : 100},300,40`).join("\n");
  const fleet = FLEET.replace(
    "trace: own.csv",
    "trace: burst.csv, targets: [{ metric: ttft, most: 1 s }]",
  );
  const other = folderWith({ "fleet.yaml": fleet, "burst.csv": burst });
  await berthHere(["plan", "fleet.yaml", "--out", "plan.json"], { cwd: other });
  const asked = ["capacity", "plan.json", "--model", "traced", "--minutes", "1", "--json"];
  const closed = await berthHere(
    asked.filter((arg) => !["--minutes", "1"].includes(arg)),
    { cwd: other },
  );
  const followed = await berthHere([...asked, "--simulate"], { cwd: other });
  expect([closed.code, followed.code]).toEqual([0, 1]);
  const [model] = (JSON.parse(followed.stdout) as CapacityDocument).models;
  expect(model?.targets).toMatchObject([{ isMet: true }]);
  expect(model?.simulatedRequests?.targets).toMatchObject([{ metric: "ttft", isMet: false }]);
});

test("Ctrl-C ends a simulation, and what was done is printed", async () => {
  const before = process.listeners("SIGINT");
  let shown = 0;
  const showProgress = (line: string) => {
    shown += line.startsWith("simulation of chat: ") ? 1 : 0;
    const own = process.listeners("SIGINT").filter((one) => !before.includes(one));
    own[0]?.("SIGINT");
  };
  const args = ["capacity", "plan.json", "--simulate", "--minutes", "10000"];
  const { stdout, code } = await berthHere(args, { cwd, showProgress });
  expect([code, shown]).toEqual([0, 1]);
  expect(stdout).toContain("the simulation was stopped before its end, and is left out");
  expect(process.listeners("SIGINT")).toEqual(before);
});

describe("bad input is one sentence and exit code 2", () => {
  test.each([
    { args: ["--monte-carlo", "9007199254740992"], says: "from 10 to 200000" },
    { args: ["--monte-carlo=nan"], says: "from 10 to 200000, got nan" },
    { args: ["--monte-carlo", "-5"], says: "unknown flag -5" },
    { args: ["--monte-carlo", "--seed", "1.5"], says: "--seed: expected a whole number" },
    { args: ["--seed", "3"], says: "--seed goes with --monte-carlo or --simulate" },
    { args: ["--simulate", "--minutes", "0"], says: "--minutes: expected a number above 0" },
    { args: ["--simulate", "7"], says: 'unexpected argument "7"' },
    { args: ["--monte-carlo", "--rate", "1e9"], says: "expected at most 4000000000 requests" },
  ])("$args", async ({ args, says }) => {
    const ended = await berth(["capacity", "plan.json", ...args]);
    expect([ended.code, ended.stdout]).toEqual([2, ""]);
    expect(oneSentence(ended)).toContain(says);
  });
});
