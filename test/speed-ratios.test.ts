import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseNvidiaSmi } from "nvidia-smi-parser";
import { expect, test } from "vitest";
import { estimate, importPreset, parseFleetFile, planFleet } from "../packages/core/src/index.ts";
import { readLog } from "../packages/core/src/index-logs.ts";
import { ROOT } from "./support/berth-bin.ts";

/**
 * Ratios of processor time, of what runs in one process in turns: a busy machine slows both sides alike, and a fast one
 * is no excuse. A limit lies in the middle, by ratio, between what was measured and three times as much; that three times
 * as much breaks it is tested as well.
 */
const ROUNDS = 9;
/** Rounds until what runs is compiled. */
const WARM = 15;
const REGRESSION = 3;

/** What is slow is slow each time; what only had bad luck is not. */
const AGAIN = { retry: 2 };
/** What grows with the square of its size takes four times as long for twice as much. */
const MOST_GROWTH = 3;

type Work = () => unknown;

/** What Berth does much of, and none of its code: numbers, small objects, keys in maps, text. */
function reference(): number {
  const seen = new Map<string, { readonly sum: number }>();
  let total = 0;
  for (let i = 0; i < 60_000; i += 1) {
    const key = `k${i % 997}`;
    const sum = (seen.get(key)?.sum ?? 0) + Math.ceil(i / 7) * 3;
    seen.set(key, { sum });
    total += sum % 11;
  }
  return total;
}

async function cpuOf(work: Work): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

/** How many times as much processor time each takes as the first does: the middle of several rounds in turns. */
async function ratios(first: Work, ...others: readonly Work[]): Promise<readonly number[]> {
  const found = others.map((): number[] => []);
  for (let round = -WARM; round < ROUNDS; round += 1) {
    const base = await cpuOf(first);
    for (const [i, other] of others.entries()) {
      const own = await cpuOf(other);
      found[i]?.push(...(round < 0 ? [] : [own / base]));
    }
  }
  return found.map((each) => each.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? 0);
}

const times =
  (count: number, work: Work): Work =>
  async () => {
    for (let i = 0; i < count; i += 1) {
      await work();
    }
  };

const llama = importPreset("meta-llama/Llama-3.1-8B");
let line = 0;

/** Estimates of which no two are alike, as in a batch. */
const estimates =
  (count: number): Work =>
  () => {
    for (let i = 0; i < count && llama !== undefined; i += 1) {
      line += 1;
      estimate({ gpu: "rtx-4090", maxSeqLen: 1024 + (line % 100_000) }, llama);
    }
  };

const SMALL = `hosts:
  - { name: box, gpus: [{ gpu: rtx-4090, count: 2 }] }
models:
  - { name: a, model: Qwen/Qwen2.5-7B-Instruct, concurrency: 4 }
  - { name: b, model: meta-llama/Llama-3.2-3B, concurrency: 8 }
`;
const plan: Work = () =>
  planFleet({ file: "fleet.yaml", fleet: parseFleetFile("fleet.yaml", SMALL) });

const card = readFileSync(join(ROOT, "examples/inventory/one-4090.xml"), "utf8");

const fleetOf = (hosts: number): string =>
  `hosts:\n${Array.from({ length: hosts }, (_, i) => `  - { name: h${i}, gpus: [{ gpu: rtx-4090, count: 8 }] }`).join("\n")}\nmodels:\n  - { name: a, model: Qwen/Qwen2.5-0.5B }\n`;
const logOf = (lines: number): string =>
  Array.from({ length: lines }, (_, i) => `[TRT-LLM] [I] step ${i}: nothing to see`).join("\n");
const parsed =
  (text: string): Work =>
  () =>
    parseFleetFile("fleet.yaml", text);

// measured some times, alone and beside much other work: 0.30 to 0.50, 0.55 to 0.81, 0.27 to 0.34, 0.69 to 0.95
test.each([
  { name: "100 estimates", work: estimates(100), measured: 0.42 },
  { name: "a plan of two cards and two models", work: plan, measured: 0.8 },
  { name: "a card of nvidia-smi -q -x", work: () => parseNvidiaSmi(card), measured: 0.3 },
  { name: "a fleet file of 40 hosts", work: parsed(fleetOf(40)), measured: 0.8 },
])("$name against the reference loop", AGAIN, async ({ work, measured }) => {
  const limit = measured * Math.sqrt(REGRESSION);
  const [own = 0, slower = 0] = await ratios(reference, work, times(REGRESSION, work));
  expect(own).toBeLessThan(limit);
  expect(slower).toBeGreaterThan(limit);
});

test.each([
  { name: "estimates", small: estimates(150), large: estimates(300) },
  { name: "fleet files", small: parsed(fleetOf(80)), large: parsed(fleetOf(160)) },
  { name: "logs", small: () => readLog(logOf(700)), large: () => readLog(logOf(1400)) },
])("twice as many $name take about twice as long", AGAIN, async ({ small, large }) => {
  const [own = 0] = await ratios(small, large);
  expect(own).toBeLessThan(MOST_GROWTH);
});
