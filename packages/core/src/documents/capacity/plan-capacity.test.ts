import { beforeAll, describe, expect, test } from "vitest";
import { servingModel } from "../../capacity/throughput.ts";
import type { Workload } from "../../capacity/workload.ts";
import { gpuById, importPreset } from "../../catalog/catalog.ts";
import { engineById } from "../../catalog/engine-catalog.ts";
import type { Quantization } from "../../model/quantization.ts";
import { requestsPerSecond, tokens } from "../../units/units.ts";
import { estimate } from "../estimate.ts";
import { weightsOf } from "../estimate-request.ts";
import { explainSpeed } from "../explain-speed/explain-speed.ts";
import { parseFleetFile } from "../fleet-file.ts";
import type { PlanDocument } from "../plan-document.ts";
import { planFleet } from "../plan-fleet.ts";
import { checkPlan } from "../plan-schema.ts";
import type { CapacityDocument } from "./capacity-document.ts";
import { type CapacityInput, planCapacity } from "./plan-capacity.ts";
import { replicaSpeed } from "./replica-speed.ts";

const FLEET = `
hosts: [{ name: box1, gpus: [{ gpu: rtx-4090, count: 2 }] }]
engine: vllm
costs: { perKwh: 0.5, perGpuHour: { rtx-4090: 0.4 } }
models:
  - name: chat
    model: Qwen/Qwen2.5-7B-Instruct
    replicas: 2
    concurrency: 16
    maxSeqLen: 4096
    workload:
      rate: 1
      prompt: 500
      output: 200
      targets: [{ metric: ttft, most: 2 s }, { metric: tpot, most: 1 ms }]
`;

let plan: PlanDocument;

beforeAll(async () => {
  plan = await planFleet({ file: "f.yaml", fleet: parseFleetFile("f.yaml", FLEET) });
});

function inputOf(more: Partial<CapacityInput> = {}): CapacityInput {
  const models = new Map(
    plan.deployments.flatMap(({ source }) => {
      const model = importPreset(source);
      return model === undefined ? [] : [[source, model] as const];
    }),
  );
  return { file: "plan.json", plan, models, ...more };
}

function capacityOf(more: Partial<CapacityInput> = {}): CapacityDocument {
  return planCapacity(inputOf(more));
}

test("the laws end where the answers are, with their bounds", () => {
  const [chat] = capacityOf().models;
  const numbers = explainSpeed(inputOf());
  const named = (id: string) => numbers.find((number) => number.id === id);
  const ttft = chat?.latencies.find(
    ({ metric, percentile }) => metric === "ttft" && percentile === 0.95,
  );
  expect(named("ttft-p95")).toMatchObject({
    value: ttft?.seconds,
    low: ttft?.lowSeconds,
    high: ttft?.highSeconds,
  });
  expect(named("all-requests")?.value).toBe(chat?.mostRequestsPerSecond);
  expect(named("decode-dense")?.sources.map(({ title }) => title)).not.toEqual([]);
  expect(explainSpeed(inputOf(), { model: "other" })).toEqual([]);
  expect(explainSpeed(inputOf(), { gpu: "box1:1" }).map(({ subject }) => subject)).not.toContain(
    "chat on box1:0",
  );
});

test("the plan carries its workloads, and is read back with them", () => {
  expect(plan.workloads).toMatchObject([{ model: "chat", requestsPerSecond: 1 }]);
  expect("plan" in checkPlan(JSON.parse(JSON.stringify(plan)))).toBe(true);
});

test("what is asked is shared out over the replicas", () => {
  const [chat] = capacityOf().models;
  expect(chat).toMatchObject({
    isServed: true,
    requestsPerSecond: 1,
    // one request a second of 500 tokens in and 200 out
    inputTokensPerSecond: 500,
    outputTokensPerSecond: 200,
    replicas: [{ weight: 0.5 }, { weight: 0.5 }],
  });
  // two cards of 450 W for 700 tokens/s: 0.9 kWh / 2.52 million tokens, at 0.5; and two cards' hours at 0.4
  expect(chat?.energy.watts).toBe(900);
  expect(chat?.energy.kwhPerMillionTokens).toBeCloseTo(0.9 / 2.52, 9);
  expect(chat?.energy.costPerMillionTokens).toBeCloseTo((0.9 * 0.5 + 0.8) / 2.52, 9);
  expect(chat?.targets).toMatchObject([
    { isMet: true },
    { isMet: false, breaksAtRequestsPerSecond: 0 },
  ]);
});

test("a lost card leaves what the other replica carries within its targets, a lost host nothing", () => {
  // the second target is missed at any rate
  expect(capacityOf().models[0]?.afterLoss[0]?.requestsPerSecond).toBe(0);
  const met = {
    ...plan,
    workloads: plan.workloads?.map((one) => ({ ...one, targets: one.targets.slice(0, 1) })) ?? [],
  };
  const [chat] = capacityOf({ plan: met }).models;
  const [card, host] = chat?.afterLoss ?? [];
  const both = Math.min(
    chat?.mostRequestsPerSecond ?? 0,
    chat?.targets[0]?.breaksAtRequestsPerSecond ?? 0,
  );
  // one of two that are alike
  expect(card).toMatchObject({ loss: "gpu", isEnough: true });
  expect(card?.requestsPerSecond).toBeCloseTo(both / 2, 9);
  expect(host).toEqual({ loss: "host", lost: "box1", requestsPerSecond: 0, isEnough: false });
  const scaled = capacityOf({ plan: met, change: { rate: both * 0.9 } }).models[0];
  expect(scaled).toMatchObject({ isServed: true, afterLoss: [{ isEnough: false }, {}] });
});

test("a target breaks between the rates that it names", () => {
  const breaks = capacityOf().models[0]?.targets[0]?.breaksAtRequestsPerSecond ?? Number.NaN;
  const isMet = (rate: number) => capacityOf({ change: { rate } }).models[0]?.targets[0]?.isMet;
  expect(isMet(breaks * 0.99)).toBe(true);
  expect(isMet(breaks * 1.01)).toBe(false);
});

test("more than it can serve has no latency, and tells what it can", () => {
  const [chat] = capacityOf({ change: { scaleRate: 1000 } }).models;
  expect(chat).toMatchObject({ isServed: false, latencies: [], requestsPerSecond: 1000 });
  expect(chat?.outputTokensPerSecond).toBeCloseTo(200 * (chat?.mostRequestsPerSecond ?? 0), 6);
});

test("bounds enclose every latency, and percentiles rise", () => {
  const latencies = capacityOf({ percentiles: [0.5, 0.9, 0.99] }).models[0]?.latencies ?? [];
  expect(latencies).toHaveLength(9);
  for (const [i, latency] of latencies.entries()) {
    expect(latency.lowSeconds).toBeLessThanOrEqual(latency.seconds);
    expect(latency.highSeconds).toBeGreaterThanOrEqual(latency.seconds);
    const before = latencies[i - 1];
    if (before?.metric === latency.metric) {
      expect(latency.seconds).toBeGreaterThanOrEqual(before.seconds);
    }
  }
});

test("without any workload it says where one can stand", () => {
  const { workloads: _, ...bare } = plan;
  expect(() => capacityOf({ plan: bare })).toThrow(
    "plan.json: expected a workload with the lengths of prompts and outputs: in the fleet file that the plan is made from, or by --prompt and --output",
  );
});

describe("4 bits against 16 for Qwen3 8B under load, as gpustack measured it", () => {
  const sharegpt: Workload = {
    arrivals: { kind: "poisson", rate: requestsPerSecond(1) },
    prompt: { kind: "fixed", tokens: tokens(220) },
    output: { kind: "fixed", tokens: tokens(200) },
    targets: [],
  };

  test.each([
    // tokens a second, AWQ over BF16: 5653 / 3869, 8066 / 10338, 9756 / 13305
    { gpu: "rtx-4090", faster: true },
    { gpu: "a100-sxm-80gb", faster: false },
    { gpu: "h100-sxm-80gb", faster: false },
  ])("on $gpu the smaller precision serves more: $faster", ({ gpu, faster }) => {
    expect(mostRate(gpu, "int4-awq", sharegpt) > mostRate(gpu, "bf16", sharegpt)).toBe(faster);
  });
});

/** Requests a second that one card serves with vLLM's own limits. */
function mostRate(gpuId: string, quantization: Quantization, workload: Workload): number {
  const [model, gpu, engine] = [importPreset("Qwen/Qwen3-8B"), gpuById(gpuId), engineById("vllm")];
  if (model === undefined || gpu === undefined || engine === undefined) {
    throw new Error(`${gpuId} is not in the catalogue`);
  }
  const { kvTokens } = estimate(
    { engine: "vllm", gpu: gpuId, quantization, maxSeqLen: 4096 },
    model,
  );
  const setting = replicaSpeed({
    model,
    engine,
    weights: weightsOf("test", model, quantization),
    kvCacheDtype: "bf16",
    parallelism: { tp: 1, pp: 1, ep: 1 },
    gpus: [gpu],
    links: [],
  });
  const limits = {
    kvTokens: tokens(kvTokens),
    tokensPerBlock: tokens(16),
    maxBatchSize: 1024,
    maxNumTokens: tokens(8192),
    maxSeqLen: tokens(4096),
    hasChunkedPrefill: true,
    policy: "max-utilization",
    reusesPrefix: false,
  } as const;
  return servingModel(setting, limits, workload).mostRate;
}

test.each([
  // outputs of 8 k where a sequence ends at 4 k
  {
    change: { output: { kind: "fixed" as const, tokens: tokens(8192) } },
    says: "100 % of its requests have more than the 4,096 tokens of a sequence",
  },
  {
    change: {
      prompt: { kind: "sample" as const, sorted: [100, 300, 500, 700].map(tokens) },
    },
    says: "25 % of its prompts are shorter than the 200 tokens that they share",
  },
  { change: {}, says: undefined },
])("a note says what lengths don't fit: $says", ({ change, says }) => {
  const sharedPrefix = { tokens: 200, share: 1 };
  const [own] = plan.workloads ?? [];
  const shared = own === undefined ? plan : { ...plan, workloads: [{ ...own, sharedPrefix }] };
  const { warnings } = capacityOf({ plan: shared, change });
  const ofLengths = warnings.filter((warning) => !warning.includes("no times of vllm"));
  expect(ofLengths).toEqual(says === undefined ? [] : [expect.stringContaining(says)]);
});
