import { beforeAll, describe, expect, test } from "vitest";
import { simulateDeployment } from "../../packages/core/src/capacity/simulation/simulate.ts";
import { replicaCases } from "../../packages/core/src/documents/capacity/replica-cases.ts";
import { parseFleetFile } from "../../packages/core/src/documents/fleet-file.ts";
import { planFleet } from "../../packages/core/src/documents/plan-fleet.ts";
import { problemOf } from "../../packages/core/src/documents/plan-problem.ts";
import type { PlanSizing } from "../../packages/core/src/documents/sizing/plan-sizing.ts";
import { seededRandom } from "./random-placement.ts";

const CARDS = ["rtx-4090", "rtx-3090", "l40s-48gb", "h100-sxm-80gb"];
const MODELS = [
  "Qwen/Qwen3-8B",
  "meta-llama/Llama-3.1-8B-Instruct",
  "Qwen/Qwen2.5-14B-Instruct",
  "meta-llama/Llama-3.2-3B-Instruct",
];
const PROMPTS = [
  "1000",
  "{ median: 200, p95: 800 }",
  "{ median: 600, p95: 3000 }",
  "{ median: 2500, p95: 8000 }",
  "{ quantiles: [{ share: 0, tokens: 50 }, { share: 0.5, tokens: 400 }, { share: 1, tokens: 2000 }] }",
];
const OUTPUTS = ["100", "250", "{ median: 150, p95: 600 }", "{ median: 300, p95: 1000 }"];
const TARGETS = [
  "{ metric: ttft, most: 600 ms }",
  "{ metric: ttft, most: 1500 ms }",
  "{ metric: ttft, most: 2 s, percentile: 99 }",
  "{ metric: tpot, most: 25 ms }",
  "{ metric: tpot, most: 40 ms }",
  "{ metric: e2e, most: 12 s }",
  "{ metric: e2e, most: 20 s, percentile: 90 }",
];

/** A model on two cards, as many requests a second as two of them may carry or not. */
function fleetText(seed: number): string {
  const random = seededRandom(seed + 0xca9a);
  const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)] as T;
  const batch = pick(["", "", "maxBatchSize: 8, ", "maxBatchSize: 16, ", "maxBatchSize: 64, "]);
  const rate = Math.round(50 * 2 ** (5 * random())) / 100;
  return `hosts: [{ name: box, gpus: [{ gpu: ${pick(CARDS)}, count: 2 }] }]
models:
  - { name: chat, model: ${pick(MODELS)}, engine: ${pick(["vllm", "tensorrt-llm", "sglang"])}, quantization: ${pick(["bf16", "int4-awq"])}, ${batch}maxSeqLen: 16k, workload: { rate: ${rate}, prompt: ${pick(PROMPTS)}, output: ${pick(OUTPUTS)}, targets: [${pick(TARGETS)}] } }`;
}

/** Requests that are followed in each simulation, and seconds before they count. */
const REQUESTS = 3000;
const WARM_UP = 100;
/** Parts of the requests by how long they took: their share below a target is known as well. */
const PARTS = 400;

/** A planned fleet, and how many points of requests more than asked for keep the target in the simulation. */
interface Fleet {
  readonly seed: number;
  readonly sizing: PlanSizing;
  readonly moreAt: (rate: number) => Promise<number>;
}

async function fleetOf(seed: number): Promise<readonly Fleet[]> {
  const file = "fleet.yaml";
  const input = { file, fleet: parseFleetFile(file, fleetText(seed)) };
  const plan = await planFleet(input);
  const [sizing] = plan.sizing ?? [];
  const models = new Map(problemOf(input).models.map(({ spec }) => [spec.id, spec]));
  const moreAt = async (rate: number): Promise<number> => {
    const [one] = replicaCases({ file, plan, models, change: { rate } });
    const [target] = one?.workload.targets ?? [];
    if (one === undefined || target === undefined) {
      return Number.NaN;
    }
    const shares = Array.from({ length: PARTS }, (_, i) => (i + 1 / 2) / PARTS);
    const found = await simulateDeployment(one, {
      seed: seed + 1,
      horizonSeconds: WARM_UP + REQUESTS / one.workload.arrivals.rate,
      warmUpSeconds: WARM_UP,
      percentiles: shares,
    });
    const { asked } = found[target.metric];
    const kept = shares.filter((share) => (asked.get(share) ?? Infinity) <= target.most);
    return kept.length / PARTS - target.percentile;
  };
  return sizing === undefined || sizing.carriesPerSecond <= 0 ? [] : [{ seed, sizing, moreAt }];
}

describe("targets that a plan keeps are kept request by request", () => {
  let fleets: readonly Fleet[] = [];
  beforeAll(async () => {
    const all = await Promise.all(Array.from({ length: 48 }, (_, seed) => fleetOf(seed)));
    fleets = all.flat();
  });

  async function pointsAt(
    rateOf: (sizing: PlanSizing) => number,
    asked: readonly Fleet[] = fleets,
  ): Promise<readonly number[]> {
    const points: number[] = [];
    for (const { sizing, moreAt } of asked) {
      points.push(await moreAt(rateOf(sizing)));
    }
    return points;
  }

  test("at the rate that is asked for, by every plan that says so", async () => {
    const enough = fleets.filter(({ sizing }) => sizing.isEnough);
    const points = await pointsAt((sizing) => sizing.requestsPerSecond, enough);
    expect(points.length).toBeGreaterThan(24);
    // of 3,000 requests, which know of each other: two points are within chance
    expect(Math.min(...points)).toBeGreaterThan(-0.02);
  });

  // what docs/capacity.md says of the rate at which a target breaks
  test.each([
    { part: 1, within: 0.8 },
    { part: 0.95, within: 0.9 },
  ])(
    "at $part of what is carried, within five points in $within of all fleets",
    async ({ part, within }) => {
      const points = await pointsAt((sizing) => sizing.carriesPerSecond * part);
      const near = points.filter((more) => more > -0.05).length;
      expect(near / points.length).toBeGreaterThanOrEqual(within);
    },
  );
});
