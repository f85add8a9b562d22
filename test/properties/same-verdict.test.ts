import { beforeAll, describe, expect, test } from "vitest";
import { planCapacity } from "../../packages/core/src/documents/capacity/plan-capacity.ts";
import { parseFleetFile } from "../../packages/core/src/documents/fleet-file.ts";
import { planFleet } from "../../packages/core/src/documents/plan-fleet.ts";
import { problemOf } from "../../packages/core/src/documents/plan-problem.ts";
import { carriedApart } from "../../packages/core/src/documents/sizing/carried-apart.ts";
import { seededRandom } from "./random-placement.ts";

const CARDS = [
  "{ gpu: rtx-4090, count: 2 }, { gpu: l4-24gb }",
  "{ gpu: rtx-3090, count: 2 }, { gpu: l40s-48gb }",
  "{ gpu: l4-24gb, count: 2 }, { gpu: a100-sxm-80gb }",
  "{ gpu: rtx-4090 }, { gpu: rtx-3090 }, { gpu: l4-24gb }",
];
const MODELS = ["Qwen/Qwen3-8B", "Qwen/Qwen3-8B", "meta-llama/Llama-3.2-3B-Instruct"];
const TARGETS = [
  "{ metric: tpot, most: 40 ms, percentile: 50 }",
  "{ metric: tpot, most: 40 ms, percentile: 75 }",
  "{ metric: tpot, most: 30 ms, percentile: 60 }",
  "{ metric: ttft, most: 1 s, percentile: 90 }",
  "{ metric: ttft, most: 600 ms }, { metric: tpot, most: 40 ms, percentile: 60 }",
  "{ metric: e2e, most: 15 s, percentile: 99 }",
];
const REPLICAS = ["", "", "replicas: 3, maxBatchSize: 64, concurrency: 6,"];

/** One or two models with rates and targets on three cards that differ. */
function fleetText(seed: number): string {
  const random = seededRandom(seed + 0x5a3e);
  const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)] as T;
  const cards = pick(CARDS);
  const models = Array.from({ length: seed % 4 === 0 ? 2 : 1 }, (_, i) => {
    const rate = Math.round(25 * 2 ** (5 * random())) / 100;
    return `  - { name: m${i}, model: ${pick(MODELS)}, engine: vllm, tp: 1, pp: 1, ${pick(REPLICAS)} maxSeqLen: 8k, workload: { rate: ${rate}, prompt: { median: 600, p95: 3000 }, output: { median: 150, p95: 600 }, targets: [${pick(TARGETS)}] } }`;
  });
  return `hosts: [{ name: box, gpus: [${cards}] }]\nmodels:\n${models.join("\n")}`;
}

/** A placed model of a fleet, and what is said of it. */
interface Verdict {
  readonly of: string;
  readonly byPlan: boolean;
  readonly byCapacity: boolean;
  /** Whether each replica would keep the targets by itself. */
  readonly apart: boolean;
}

async function verdictsOf(seed: number): Promise<readonly Verdict[]> {
  const file = "fleet.yaml";
  const input = { file, fleet: parseFleetFile(file, fleetText(seed)) };
  const plan = await planFleet(input);
  const models = new Map(problemOf(input).models.map(({ spec }) => [spec.id, spec]));
  const placed = plan.deployments.length === 0 ? [] : planCapacity({ file, plan, models }).models;
  return placed.map(({ model, requestsPerSecond, isServed, targets }) => {
    const sizing = plan.sizing?.find((one) => one.model === model);
    const own = plan.deployments.filter((one) => one.model === model);
    return {
      of: `${model} of ${seed}`,
      byPlan: (plan.unmet ?? []).every((one) => one.model !== model) && (sizing?.isEnough ?? true),
      byCapacity: isServed && targets.every(({ isMet }) => isMet),
      apart: carriedApart(own.flatMap(({ serves }) => serves ?? [])) > requestsPerSecond,
    };
  });
}

describe("a plan says that rates and targets are met where `berth capacity` does, and only there", () => {
  let verdicts: readonly Verdict[] = [];
  beforeAll(async () => {
    for (let seed = 0; seed < 40; seed += 1) {
      verdicts = [...verdicts, ...(await verdictsOf(seed))];
    }
  });

  test("of every model with a place", () => {
    const different = verdicts.filter(({ byPlan, byCapacity }) => byPlan !== byCapacity);
    expect(different).toEqual([]);
  });

  test("both are said often, and of replicas that would not keep the targets one by one as well", () => {
    const met = verdicts.filter(({ byPlan }) => byPlan);
    expect(met.length).toBeGreaterThan(15);
    expect(verdicts.length - met.length).toBeGreaterThan(15);
    expect(met.filter(({ apart }) => !apart).length).toBeGreaterThan(2);
  });
});
