import { describe, expect, test } from "vitest";
import { planCapacity } from "../../packages/core/src/documents/capacity/plan-capacity.ts";
import { parseFleetFile } from "../../packages/core/src/documents/fleet-file.ts";
import type { PlanDocument } from "../../packages/core/src/documents/plan-document.ts";
import { planFleet } from "../../packages/core/src/documents/plan-fleet.ts";
import { problemOf } from "../../packages/core/src/documents/plan-problem.ts";
import { seededRandom } from "./random-placement.ts";

const PRICES: Readonly<Record<string, number>> = {
  "rtx-3090": 0.2,
  "l4-24gb": 0.25,
  "rtx-4090": 0.4,
  "a100-sxm-80gb": 1.5,
};
const CARDS = [
  "{ gpu: rtx-4090, count: 4 }",
  "{ gpu: rtx-4090, count: 2 }, { gpu: a100-sxm-80gb, count: 2 }",
  "{ gpu: l4-24gb, count: 4 }, { gpu: rtx-4090, count: 2 }",
  "{ gpu: rtx-3090, count: 4 }",
];
const LISTS = [
  ["bf16", "fp8"],
  ["bf16", "int4-awq"],
  ["fp8", "int4-awq", "bf16"],
];
const TARGETS = [
  "{ metric: tpot, most: 25 ms }",
  "{ metric: ttft, most: 800 ms }",
  "{ metric: e2e, most: 12 s }",
  "{ metric: tpot, most: 40 ms }, { metric: ttft, most: 1500 ms }",
];

interface Case {
  readonly objective: string;
  readonly rate: number;
  readonly list: readonly string[];
  readonly inputOf: (list: readonly string[], rate: number) => ReturnType<typeof fleetOf>;
}

function fleetOf(text: string) {
  return { file: "fleet.yaml", fleet: parseFleetFile("fleet.yaml", text) };
}

/** A model of 7 to 14 billion parameters at up to 25 requests a second on four to six cards. */
function caseOf(seed: number): Case {
  const random = seededRandom(seed + 0x512e);
  const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)] as T;
  const cards = pick(CARDS);
  const model = pick([
    "Qwen/Qwen3-8B",
    "meta-llama/Llama-3.1-8B-Instruct",
    "Qwen/Qwen2.5-14B-Instruct",
  ]);
  const [list, targets] = [pick(LISTS), pick(TARGETS)];
  const objective = pick(["fair", "throughput", "latency", "cost"]);
  const survive = random() < 0.25 ? "survive: gpu, " : "";
  const rate = Math.round(20 * 2 ** (7 * random())) / 100;
  const prices = Object.entries(PRICES).map(([gpu, price]) => `${gpu}: ${price}`);
  return {
    objective,
    rate,
    list,
    inputOf: (quantization, asked) =>
      fleetOf(`hosts: [{ name: box, gpus: [${cards}] }]
objective: ${objective}
costs: { perGpuHour: { ${prices.join(", ")} } }
models:
  - { name: chat, model: ${model}, engine: vllm, ${survive}quantization: [${quantization.join(", ")}], workload: { rate: ${asked}, prompt: { median: 600, p95: 3000 }, output: 250, targets: [${targets}] } }`),
  };
}

/** What a plan carries of the rate, and what its cards cost and are. */
function worthOf({ sizing, deployments, gpus }: PlanDocument, rate: number) {
  const [own] = sizing ?? [];
  const carried = Math.min(
    own?.carriesPerSecond ?? 0,
    own?.afterLoss?.carriesPerSecond ?? Number.POSITIVE_INFINITY,
  );
  const used = gpus.filter(({ id }) => deployments.some((one) => one.gpus.includes(id)));
  const cost = used.reduce((sum, { catalogId }) => sum + (PRICES[catalogId] ?? 0), 0);
  const ways = deployments.map(({ quantization, tp, pp }) => `${quantization} ${tp} ${pp}`);
  return {
    isEnough: own?.isEnough ?? false,
    part: Math.min(1, carried / rate),
    cost: Math.round(1000 * cost),
    cards: used.length,
    ways: [...new Set(ways)].join(),
  };
}

const SEEDS = Array.from({ length: 16 }, (_, seed) => seed);
/** As near as two plans are taken to carry the same. */
const NEAR = 0.01;

describe.each(SEEDS)("sizes for a rate, case %d", (seed) => {
  const { objective, rate, list, inputOf } = caseOf(seed);
  const planned = (own: readonly string[], asked = rate) => planFleet(inputOf(own, asked));
  const plan = planned(list);
  const own = plan.then((found) => worthOf(found, rate));

  test("what is carried and what it costs does not depend on the order of precisions", async () => {
    const reversed = worthOf(await planned(list.toReversed()), rate);
    const { part, cost, isEnough } = await own;
    expect(reversed.isEnough).toBe(isEnough);
    expect(Math.abs(reversed.part - part)).toBeLessThanOrEqual(NEAR);
    expect(objective === "cost" ? reversed.cost : cost).toBe(cost);
  });

  test("several precisions carry no less than each of them, and cost no more", async () => {
    const { part, cost } = await own;
    for (const one of list) {
      const alone = worthOf(await planned([one]), rate);
      expect(part).toBeGreaterThanOrEqual(alone.part - NEAR);
      expect(objective === "cost" && alone.isEnough ? cost : 0).toBeLessThanOrEqual(alone.cost);
    }
  });

  test("half of the rate takes no more", async () => {
    const half = worthOf(await planned(list, rate / 2), rate / 2);
    const whole = await own;
    expect(half.isEnough || !whole.isEnough).toBe(true);
    if (whole.isEnough && objective === "cost") {
      expect(half.cost).toBeLessThanOrEqual(whole.cost);
    }
    if (whole.isEnough && half.ways === whole.ways) {
      expect(half.cards).toBeLessThanOrEqual(whole.cards);
    }
  });

  test("what it says that it carries, berth capacity says too", async () => {
    const models = new Map(
      problemOf(inputOf(list, rate)).models.map(({ spec }) => [spec.id, spec]),
    );
    const found = await plan;
    const isEnough = found.sizing?.[0]?.isEnough ?? false;
    const [answer] =
      found.deployments.length === 0
        ? []
        : planCapacity({ file: "plan.json", plan: found, models }).models;
    const isMet = answer?.targets.every((target) => target.isMet) ?? false;
    expect(!isEnough || (isMet && answer?.isServed === true)).toBe(true);
  });
});
