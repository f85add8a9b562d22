import { describe, expect, test } from "vitest";
import { seconds, tokens } from "../../units/units.ts";
import { planAlternatives } from "../alternatives/plan-alternatives.ts";
import { planCapacity } from "../capacity/plan-capacity.ts";
import { parseFleetFile } from "../fleet-file.ts";
import type { PlanDocument } from "../plan-document.ts";
import { planFleet } from "../plan-fleet.ts";
import { problemOf } from "../plan-problem.ts";
import { planFrom } from "../staying/plan-from.ts";
import { asPlanned } from "./sizes.ts";

const WORKLOAD = `prompt: { median: 600, p95: 3000 }, output: 250, targets: [{ metric: ttft, most: 800 ms }]`;

function inputOf(keys: string, rate: number, cards = "{ gpu: rtx-4090, count: 4 }") {
  const text = `hosts: [{ name: box, gpus: [${cards}] }]
models: [{ name: chat, model: Qwen/Qwen3-8B, engine: vllm, ${keys} workload: { rate: ${rate}, ${WORKLOAD} } }]`;
  return { file: "fleet.yaml", fleet: parseFleetFile("fleet.yaml", text) };
}

const planned = (keys: string, rate: number, cards?: string): Promise<PlanDocument> =>
  planFleet(inputOf(keys, rate, cards));

const ALONE = "tp: 1, pp: 1,";
const six = await planned(ALONE, 6);

describe("replicas follow from the rate and its targets", () => {
  test.each([0.5, 2, 4])("%d requests a second are carried by the plan", async (rate) => {
    const input = inputOf("", rate);
    const plan = await planFleet(input);
    const models = new Map(problemOf(input).models.map(({ spec }) => [spec.id, spec]));
    const [answer] = planCapacity({ file: "plan.json", plan, models }).models;
    expect(answer?.isServed).toBe(true);
    expect(answer?.targets.map(({ isMet }) => isMet)).toEqual([true]);
    expect(plan.sizing?.[0]).toMatchObject({ isEnough: true, replicas: plan.deployments.length });
  });

  test("one fewer would not carry it", async () => {
    const [sizing] = six.sizing ?? [];
    const { replicas = 0, requestsPerSecond = 0 } = sizing ?? {};
    expect(replicas).toBeGreaterThan(1);
    const each = six.deployments.map(({ serves }) => serves?.withinTargetsPerSecond ?? 0);
    expect(Math.max(...each) * (replicas - 1)).toBeLessThan(requestsPerSecond);
    expect(sizing?.text).toContain(`${replicas} replicas`);
  });

  test("as many as the cards take, and the plan says that they are not enough", async () => {
    const plan = await planned(ALONE, 500);
    expect(plan.deployments).toHaveLength(4);
    expect(plan.sizing?.[0]).toMatchObject({ isEnough: false, replicas: 4 });
    expect(plan.warnings).toContain(plan.sizing?.[0]?.text);
  });

  test("a fixed number stays, and so does what sequences are asked for", async () => {
    const plan = await planned("replicas: 2, concurrency: 4,", 6);
    expect(plan.deployments.map(({ concurrentSequences }) => concurrentSequences)).toEqual([2, 2]);
    expect(plan.sizing).toBeUndefined();
    const asked = await planned("concurrency: 6,", 0.2);
    expect(asked.sizing?.[0]?.sequencesEach).toBeUndefined();
  });

  test("unequal cards serve unequally", async () => {
    const plan = await planned(ALONE, 30, "{ gpu: rtx-4090, count: 2 }, { gpu: a100-sxm-80gb }");
    const rates = plan.deployments.map(({ serves }) => serves?.mostRequestsPerSecond ?? 0);
    expect(new Set(rates.map((rate) => rate.toFixed(6))).size).toBe(2);
  });
});

describe("and from a trace", () => {
  /** One request a second for an hour, and three for its second ten minutes. */
  const requests = Array.from({ length: 3600 }, (_, at) =>
    Array.from({ length: at >= 600 && at < 1200 ? 3 : 1 }, () => ({
      at: seconds(at),
      prompt: tokens(900),
      output: tokens(250),
    })),
  ).flat();
  const traced = (count: number, rate = "") => {
    const text = `hosts: [{ name: box, gpus: [{ gpu: rtx-4090, count: 4 }] }]
models: [{ name: chat, model: Qwen/Qwen3-8B, engine: vllm, workload: { ${rate} trace: own.csv, targets: [{ metric: ttft, most: 800 ms }] } }]`;
    const traces = new Map([["own.csv", { requests: requests.slice(0, count), skipped: 0 }]]);
    return planFleet({ file: "fleet.yaml", fleet: parseFleetFile("fleet.yaml", text), traces });
  };

  test("by its busiest five minutes", async () => {
    const plan = await traced(requests.length);
    const [sizing] = plan.sizing ?? [];
    expect(sizing).toMatchObject({
      requestsPerSecond: 3,
      trace: { file: "own.csv", busiestSeconds: 300 },
      isEnough: true,
    });
    expect(sizing?.text).toContain("3 are asked for, in the busiest 300 seconds of own.csv");
    // what the plan says is asked stays the trace's
    expect(plan.workloads).toEqual([expect.not.objectContaining({ requestsPerSecond: 3 })]);
    expect(plan.workloads?.[0]?.prompt).toBeUndefined();
  });

  test("a shorter one by all of it, and a rate of its own goes before", async () => {
    // 101 requests in 100 seconds
    expect((await traced(101)).sizing?.[0]).toMatchObject({
      requestsPerSecond: 1,
      trace: { busiestSeconds: 100 },
    });
    const [own] = (await traced(requests.length, "rate: 2,")).sizing ?? [];
    expect(own?.requestsPerSecond).toBe(2);
    expect(own?.trace).toBeUndefined();
    expect((await traced(1)).sizing).toBeUndefined();
  });
});

describe("and a slow card helps where all requests together keep the target", () => {
  const textOf = (
    rate: number,
  ) => `hosts: [{ name: box, gpus: [{ gpu: rtx-4090, count: 2 }, { gpu: l4-24gb }] }]
models: [{ name: chat, model: Qwen/Qwen3-8B, engine: vllm, tp: 1, maxSeqLen: 8k, workload: { rate: ${rate}, prompt: { median: 600, p95: 3000 }, output: 150, targets: [{ metric: tpot, most: 40 ms, percentile: 50 }] } }]`;
  const planAt = (rate: number): Promise<PlanDocument> =>
    planFleet({ file: "fleet.yaml", fleet: parseFleetFile("fleet.yaml", textOf(rate)) });

  test("half of the requests are within it on the fast cards alone", async () => {
    const plan = await planAt(5.2);
    expect(plan.deployments.map(({ gpus }) => gpus)).toEqual([["box:0"], ["box:1"], ["box:2"]]);
    const [fast, , slow] = plan.deployments.map(({ serves }) => serves?.withinTargetsPerSecond);
    expect(slow).toBe(0);
    expect(2 * (fast ?? Number.NaN)).toBeLessThan(5.2);
    expect(plan.sizing?.[0]?.isEnough).toBe(true);
    expect(plan.unmet).toBeUndefined();
  });

  test("where the fast ones are enough, it stays empty", async () => {
    const plan = await planAt(4);
    expect(plan.deployments.map(({ gpus }) => gpus)).toEqual([["box:0"], ["box:1"]]);
  });
});

describe("and slow cards stay empty where they would break targets first", () => {
  const slow = "{ gpu: rtx-4090, count: 2 }, { gpu: rtx-3090, count: 2 }";

  test("two fast cards carry more than they and two slow ones", async () => {
    const plan = await planned("tp: 1,", 5, slow);
    expect(plan.deployments.flatMap(({ gpus }) => gpus)).toEqual(["box:0", "box:1"]);
    const fast = await planned("tp: 1,", 5, "{ gpu: rtx-4090, count: 2 }");
    expect(plan.sizing?.[0]?.carriesPerSecond).toBe(fast.sizing?.[0]?.carriesPerSecond);
  });

  test("a model that no cards can carry after a loss leaves its room to others, which must carry theirs", async () => {
    const text = `hosts: [{ name: box, gpus: [{ gpu: rtx-3090, count: 3 }] }]
engine: vllm
models:
  - { name: hopeless, model: Qwen/Qwen3-8B, survive: gpu, workload: { rate: 900, ${WORKLOAD} } }
  - { name: fixed, model: Qwen/Qwen3-8B, survive: gpu, replicas: 2, concurrency: { least: 1, want: 8 }, workload: { rate: 900, ${WORKLOAD} } }`;
    const { unplaced } = await planFleet({
      file: "fleet.yaml",
      fleet: parseFleetFile("fleet.yaml", text),
    });
    const codes = unplaced.map(({ model, reasons }) => [model, reasons.map(({ code }) => code)]);
    expect(codes).toEqual([
      ["hopeless", ["rate-after-loss"]],
      ["fixed", ["rate-after-loss"]],
    ]);
  });
});

describe("and outlive a loss", () => {
  test("one more than without", async () => {
    const plan = await planned("survive: gpu,", 4);
    expect(plan.sizing?.[0]?.afterLoss?.carriesPerSecond).toBeGreaterThanOrEqual(4);
    expect(plan.deployments.every(({ survives }) => survives?.requestsPerSecond === 4)).toBe(true);
    const without = await planned("", 4);
    expect(plan.deployments.length).toBeGreaterThan(without.deployments.length);
  });

  test("a fixed number that does not is no plan, and more are a way out that works", async () => {
    const keys = "tp: 1, survive: gpu, concurrency: { least: 1, want: 16 }, maxBatchSize: 32,";
    const { unplaced } = await planned(`replicas: 2, ${keys}`, 3);
    expect(unplaced[0]?.reasons.map(({ code }) => code)).toEqual(["rate-after-loss"]);
    const changes = unplaced[0]?.remedies.map(({ change }) => Object.keys(change)) ?? [];
    expect(changes).toContainEqual(["survive"]);
    const more = unplaced[0]?.remedies.find(({ change }) => "replicas" in change);
    const again = await planned(`replicas: ${more?.change["replicas"]}, ${keys}`, 3);
    expect(again.unplaced).toEqual([]);
  });
});

test("a plan from it, its alternatives and what is asked of it have the same replicas", async () => {
  const input = inputOf("", 4);
  const plan = await planFleet(input);
  const from = await planFrom({ ...input, from: plan });
  expect(from.sizing).toEqual(plan.sizing);
  expect(from.transition?.steps).toEqual([]);
  const best = await planAlternatives(input, 2);
  expect(best.sizing).toEqual(plan.sizing);
  expect(problemOf(asPlanned(input, plan)).models[0]?.replicas).toBe(plan.deployments.length);
});

describe("two models that slow each other down", () => {
  const two = (
    precisions: string,
    { objective = "cost", rates = [2.8, 4.6], third = "" } = {},
  ): Promise<PlanDocument> => {
    const text = `hosts: [{ name: h1, gpus: [{ gpu: rtx-4090, count: 4 }] }]
objective: ${objective}
costs: { perKwh: 0.30, perGpuHour: { rtx-4090: 0.40 } }
models:
  - { name: chat, model: Qwen/Qwen3-14B, engine: vllm, maxSeqLen: 8k, quantization: ${precisions},
      workload: { rate: ${rates[0]}, prompt: { median: 600, p95: 3000 }, output: 250,
                  targets: [{ metric: tpot, most: 40 ms }, { metric: ttft, most: 1 s }] } }
  - { name: code, model: Qwen/Qwen2.5-Coder-7B-Instruct, engine: vllm, maxSeqLen: 8k, quantization: ${precisions},
      workload: { rate: ${rates[1]}, prompt: { median: 1500, p95: 4000, most: 6k }, output: { median: 60, p95: 250 },
                  targets: [{ metric: e2e, most: 8 s }] } }${third}`;
    return planFleet({ file: "fleet.yaml", fleet: parseFleetFile("fleet.yaml", text) });
  };

  test.each([
    ["[fp8]", "cost"],
    ["[fp8]", "throughput"],
    ["[bf16, fp8, int4-awq]", "cost"],
    ["[int4-awq, fp8, bf16]", "cost"],
  ])("in %s by %s: both rates are carried where the cards can", async (precisions, objective) => {
    const { sizing = [] } = await two(precisions, { objective });
    expect(sizing.map(({ model, isEnough }) => [model, isEnough])).toEqual([
      ["chat", true],
      ["code", true],
    ]);
  });

  test("the order in which precisions are allowed changes nothing of what it costs", async () => {
    const priceOf = async (precisions: string): Promise<number | undefined> => {
      const { objective } = await two(precisions, { objective: "cost" });
      return objective.terms.find(({ id }) => id === "cost")?.value;
    };
    const price = await priceOf("[bf16, fp8, int4-awq]");
    expect(price).toBeGreaterThan(0);
    expect(await priceOf("[int4-awq, fp8, bf16]")).toBe(price);
  });

  test("on cards of their own, nobody is on the other's", async () => {
    const { sizing = [], deployments } = await two("[fp8]");
    expect(sizing.map(({ exclusive }) => exclusive)).toEqual([true, true]);
    expect(sizing[0]?.text).toContain(" on cards of their own carr");
    const cards = deployments.flatMap(({ ranks }) => ranks.map(({ gpu }) => gpu));
    expect(new Set(cards).size).toBe(cards.length);
  });

  const light = (cards: number): Promise<PlanDocument> => {
    const text = `hosts: [{ name: b, gpus: [{ gpu: rtx-4090, count: ${cards} }] }]
engine: vllm
models:
  - { name: chat, model: Qwen/Qwen3-8B, maxSeqLen: 8k, workload: { rate: 2, prompt: { median: 600, p95: 3000 }, output: 250, targets: [{ metric: ttft, most: 1 s }] } }
  - { name: code, model: Qwen/Qwen2.5-7B-Instruct, maxSeqLen: 8k, workload: { rate: 2, prompt: 600, output: 300, targets: [{ metric: e2e, percentile: 90, most: 6 s }] } }`;
    return planFleet({ file: "fleet.yaml", fleet: parseFleetFile("fleet.yaml", text) });
  };
  const cardsOf = ({ deployments }: PlanDocument): number =>
    new Set(deployments.flatMap(({ gpus }) => gpus)).size;

  test("more cards than are needed stay empty", async () => {
    const used = [await light(5), await light(8)].map(cardsOf);
    expect(used).toEqual([3, 3]);
  });

  test("a model that no card can run takes nothing from the others", async () => {
    const third = `
  - { name: long, model: Qwen/Qwen2.5-14B-Instruct, engine: llama.cpp, quantization: int4-awq, maxSeqLen: 8k }`;
    const { sizing, unplaced } = await two("[fp8]", { third });
    expect(unplaced.map(({ model }) => model)).toEqual(["long"]);
    expect(sizing).toEqual((await two("[fp8]")).sizing);
  });

  test("rates that no cards carry: each gets a part, and none all cards", async () => {
    const rates = [28, 56];
    const { sizing = [] } = await two("[bf16, fp8, int4-awq]", { rates });
    const parts = sizing.map((one) => one.carriesPerSecond / one.requestsPerSecond);
    expect(Math.min(...parts)).toBeGreaterThan(0.1);
    expect(Math.max(...parts)).toBeLessThan(1);
  });
});

describe("two models that can share one card", () => {
  const two = async (chat: string, code: string, rates: readonly [number, number]) => {
    const text = `hosts: [{ name: h1, gpus: [{ gpu: rtx-4090, count: 4 }, { gpu: l40s-48gb }] }]
objective: cost
costs: { perGpuHour: { rtx-4090: 0.535, l40s-48gb: 1.005 } }
models:
  - { name: chat, model: Qwen/Qwen3-14B, engine: vllm, maxSeqLen: 8k, quantization: ${chat},
      workload: { rate: ${rates[0]}, prompt: { median: 600, p95: 3000 }, output: 250,
                  targets: [{ metric: tpot, most: 40 ms }, { metric: ttft, most: 1 s }] } }
  - { name: code, model: Qwen/Qwen2.5-Coder-7B-Instruct, engine: vllm, maxSeqLen: 8k, quantization: ${code},
      workload: { rate: ${rates[1]}, prompt: { median: 1500, p95: 4000, most: 6k }, output: { median: 60, p95: 250 },
                  targets: [{ metric: e2e, most: 8 s }] } }`;
    const plan = await planFleet({ file: "fleet.yaml", fleet: parseFleetFile("fleet.yaml", text) });
    expect(plan.sizing?.map(({ isEnough }) => isEnough)).toEqual([true, true]);
    return { plan, cost: plan.objective.terms.find(({ id }) => id === "cost")?.value };
  };

  // two RTX 4090 cost 1.07, one L40S for both 1.005
  test("whatever the order of their lists", async () => {
    const list = "[int4-awq, fp8, bf16]";
    expect((await two(list, list, [0.8, 1.6])).cost).toBe(1.005);
  });

  test.each(["[bf16, fp8, int4-awq]", "[bf16, fp8]"])(
    "of %s those are taken that go well together",
    async (list) => {
      const { plan, cost } = await two(list, list, [0.8, 1.6]);
      expect(cost).toBe(1.005);
      expect(plan.sizing?.map(({ settled }) => settled?.gpus)).toEqual([["h1:4"], ["h1:4"]]);
      expect(plan.sizing?.[0]?.text).toContain(", chosen with the other models, carries");
      expect(plan.deployments.map(({ pins }) => pins)).toEqual([undefined, undefined]);
    },
  );

  // four RTX 4090 cost 2.14; cards of their own 2.61
  test("on several cards, not all of which are shared by the same replicas", async () => {
    expect((await two("[int4-awq]", "[int4-awq]", [2.5, 4.2])).cost).toBe(2.14);
  });
});
