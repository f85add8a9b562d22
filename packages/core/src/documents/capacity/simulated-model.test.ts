import { beforeAll, expect, test } from "vitest";
import { plannedInput } from "../../../../../test/support/planned-input.ts";
import type { CapacityDocument, ModelCapacity } from "./capacity-document.ts";
import { planCapacity } from "./plan-capacity.ts";
import { withSimulation } from "./simulate-plan.ts";

let document: CapacityDocument;
let chat: ModelCapacity | undefined;

// two cards that are alike, and one that is three times as slow and gets a seventh of the requests
beforeAll(async () => {
  const input = await plannedInput(`
hosts: [{ name: box, gpus: [{ gpu: rtx-4090, count: 2 }, { gpu: l4-24gb, count: 1 }] }]
engine: vllm
models:
  - name: chat
    model: Qwen/Qwen3-8B
    replicas: 3
    concurrency: 8
    maxSeqLen: 4k
    workload:
      rate: 1
      prompt: { median: 600, p95: 2000 }
      output: 250
      targets: [{ metric: tpot, percentile: 75, most: 40 ms }, { metric: tpot, percentile: 99.9, most: 40 ms }]
`);
  document = await withSimulation(planCapacity(input), input, { seed: 1, minutes: 30 });
  [chat] = document.models;
});

const quantileOf = (
  latencies: NonNullable<ModelCapacity["simulated"]>[number]["latencies"] = [],
  percentile: number,
): number =>
  latencies
    .find(({ metric }) => metric === "tpot")
    ?.quantiles.find((one) => one.percentile === percentile)?.seconds ?? Number.NaN;

test("kinds of replicas are followed apart, and targets are judged once, over the requests of all", () => {
  expect(chat?.simulated?.map(({ replicas }) => replicas.length).sort()).toEqual([1, 2]);
  const slow = chat?.simulated?.find(({ replicas }) => replicas.length === 1);
  expect(quantileOf(slow?.latencies, 0.75)).toBeGreaterThan(0.04);
  expect(chat?.simulatedRequests?.targets).toMatchObject([
    { percentile: 0.75, isMet: true },
    { percentile: 0.999, isMet: false },
  ]);
});

test("targets' percentiles are told as well, and the closed form at each", () => {
  const compared = (chat?.simulatedRequests?.latencies ?? []).filter(
    ({ metric }) => metric !== "queueing",
  );
  expect(compared.map(({ metric }) => metric)).toEqual(["ttft", "tpot", "e2e"]);
  for (const { quantiles } of compared) {
    expect(quantiles.map(({ percentile }) => percentile)).toEqual([0.5, 0.75, 0.95, 0.99, 0.999]);
    for (const { seconds, closedFormSeconds } of quantiles) {
      expect(seconds).toBeGreaterThan(0);
      expect(closedFormSeconds).toBeGreaterThan(0);
    }
  }
});

test("a kind's requests count as often as it has replicas", () => {
  const [two, one] = (chat?.simulated ?? []).toSorted(
    (a, b) => b.replicas.length - a.replicas.length,
  );
  const [fast, slow] = [two?.requests ?? 0, one?.requests ?? 0];
  const above = slow / (slow + 2 * fast);
  const mean = (latencies: typeof two): number =>
    latencies?.latencies.find(({ metric }) => metric === "e2e")?.meanSeconds.value ?? Number.NaN;
  const told = chat?.simulatedRequests?.latencies ?? [];
  const all = told.find(({ metric }) => metric === "tpot");
  const whole = told.find(({ metric }) => metric === "e2e");
  expect(whole?.meanSeconds.value).toBeCloseTo(above * mean(one) + (1 - above) * mean(two), 9);
  expect(chat?.simulatedRequests?.requests).toBe(fast + slow);
  const share = quantileOf(all === undefined ? [] : [all], 0.75);
  expect(share).toBeLessThan(quantileOf(one?.latencies, 0.5));
  expect(share).toBeGreaterThan(quantileOf(two?.latencies, 0.75));
});
