import { beforeAll, expect, test } from "vitest";
import { plannedInput } from "../../../../../test/support/planned-input.ts";
import { latencyAt, shareBelow } from "../../capacity/breaking-rate.ts";
import { servingPoint } from "../../capacity/throughput.ts";
import { askedReplicas } from "./asked-replicas.ts";
import { type CapacityInput, planCapacity } from "./plan-capacity.ts";

let input: CapacityInput;

// an L4 is three times as slow as the others, and gets a seventh of the requests
beforeAll(async () => {
  input = await plannedInput(`
hosts: [{ name: box, gpus: [{ gpu: rtx-4090, count: 1 }, { gpu: rtx-3090, count: 1 }, { gpu: l4-24gb, count: 1 }] }]
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
      targets: [{ metric: tpot, percentile: 50, most: 40 ms }, { metric: tpot, percentile: 99, most: 40 ms }]
`);
});

/** Each replica's weight and latency, from its own serving model. */
function replicasAt(share: number) {
  const [chat] = planCapacity(input).models;
  return askedReplicas(input).replicas.map(({ serving, deployment }) => {
    const weight =
      chat?.replicas.find(({ replica }) => replica === deployment.replica)?.weight ?? Number.NaN;
    const point = servingPoint(serving, weight);
    return { weight, seconds: point ? latencyAt(point, "tpot", share) : Number.NaN };
  });
}

function told(percentile: number) {
  const [chat] = planCapacity({ ...input, percentiles: [percentile] }).models;
  const found = chat?.latencies.find(({ metric }) => metric === "tpot");
  return {
    seconds: found?.seconds ?? Number.NaN,
    low: found?.lowSeconds ?? Number.NaN,
    high: found?.highSeconds ?? Number.NaN,
  };
}

test("half of all requests don't meet the slowest replica", () => {
  const slowest = Math.max(...replicasAt(0.5).map(({ seconds }) => seconds));
  const { seconds, low, high } = told(0.5);
  expect(seconds).toBeLessThan(slowest / 2);
  expect(low).toBeLessThan(seconds);
  expect(high).toBeGreaterThan(seconds);
});

test("where all others are faster, the slowest replica's quantile is that of the requests it gets", () => {
  const [slowest] = replicasAt(0.5).toSorted((a, b) => b.seconds - a.seconds);
  // its half, and everything that the others serve
  const share = 1 - (slowest?.weight ?? Number.NaN) / 2;
  expect(told(share).seconds / (slowest?.seconds ?? Number.NaN)).toBeCloseTo(1, 3);
});

test("targets are judged by all requests, and break there", () => {
  const at = (rate: number) => planCapacity({ ...input, change: { rate } }).models[0]?.targets;
  const [half, nearlyAll] = at(1) ?? [];
  expect(half?.isMet).toBe(true);
  expect(nearlyAll?.isMet).toBe(false);
  expect(nearlyAll?.breaksAtRequestsPerSecond).toBe(0);
  const breaks = half?.breaksAtRequestsPerSecond ?? Number.NaN;
  expect(breaks).toBeGreaterThan(1);
  expect(at(breaks * 0.99)?.[0]?.isMet).toBe(true);
  expect(at(breaks * 1.01)?.[0]?.isMet ?? false).toBe(false);
});

test("the cache that is told names its replica, and waiting is that of all requests", () => {
  const rate = 0.9 * (planCapacity(input).models[0]?.mostRequestsPerSecond ?? Number.NaN);
  const [chat] = planCapacity({ ...input, change: { rate } }).models;
  const replicas = chat?.replicas.map(({ replica }) => replica) ?? [];
  expect(replicas).toContain(chat?.kvOccupancy?.replica);
  const each = askedReplicas(input).replicas.map(({ serving, deployment }) => {
    const weight =
      chat?.replicas.find(({ replica }) => replica === deployment.replica)?.weight ?? 0;
    return weight * (servingPoint(serving, rate * weight)?.waits ?? Number.NaN);
  });
  expect(chat?.chanceToWait).toBeGreaterThan(0);
  expect(chat?.chanceToWait).toBeCloseTo(
    each.reduce((sum, one) => sum + one, 0),
    9,
  );
});

test.each(["ttft", "tpot", "e2e"] as const)(
  "the share below a percentile of %s is that share",
  (metric) => {
    for (const { serving } of askedReplicas(input).replicas) {
      for (const load of [0.3, 0.97]) {
        const point = servingPoint(serving, load * serving.mostRate);
        for (const share of [0.5, 0.95]) {
          const seconds = point ? latencyAt(point, metric, share) : Number.NaN;
          expect(point && shareBelow(point, metric, seconds)).toBeCloseTo(share, 5);
        }
      }
    }
  },
);
