import { beforeAll, expect, test } from "vitest";
import { importPreset } from "../../catalog/catalog.ts";
import { parseFleetFile } from "../fleet-file.ts";
import { planFleet } from "../plan-fleet.ts";
import { capacityCurve } from "./capacity-curve.ts";
import { type CapacityInput, planCapacity } from "./plan-capacity.ts";

/** Two models that share a card, and one that nobody asks anything. */
const FLEET = `
hosts: [{ name: box, gpus: [{ gpu: rtx-4090, count: 2 }] }]
engine: vllm
models:
  - name: chat
    model: Qwen/Qwen2.5-7B-Instruct
    replicas: 2
    concurrency: 8
    maxSeqLen: 4096
    workload: { rate: 1, prompt: 500, output: 200, targets: [{ metric: ttft, most: 2 s }] }
  - name: small
    model: Qwen/Qwen2.5-0.5B-Instruct
    maxSeqLen: 2048
    workload: { rate: 0.5, prompt: 100, output: 50 }
  - { name: quiet, model: Qwen/Qwen2.5-0.5B-Instruct, maxSeqLen: 2048 }
`;

let input: CapacityInput;

beforeAll(async () => {
  const plan = await planFleet({ file: "f.yaml", fleet: parseFleetFile("f.yaml", FLEET) });
  const models = new Map(
    plan.deployments.flatMap(({ source }) => {
      const model = importPreset(source);
      return model === undefined ? [] : [[source, model] as const];
    }),
  );
  input = { file: "plan.json", plan, models, percentiles: [0.5, 0.99] };
});

test("a point is what the document says at its rate, other models as they are", () => {
  const curve = capacityCurve(input, "chat", 5);
  expect(curve?.points).toHaveLength(5);
  for (const point of curve?.points ?? []) {
    const asked = { ...input, only: "chat", change: { rate: point.requestsPerSecond } };
    const [chat] = planCapacity(asked).models;
    expect(point.latencies).toEqual(chat?.latencies);
    expect(point.kvOccupancy).toEqual(chat?.kvOccupancy);
    expect(point.chanceToWait).toBe(chat?.chanceToWait);
  }
});

test("rates rise to just below the most, and the slowest hundredth never gets faster", () => {
  const curve = capacityCurve(input, "chat");
  const [chat] = planCapacity({ ...input, only: "chat" }).models;
  const most = chat?.mostRequestsPerSecond ?? 0;
  const points = curve?.points ?? [];
  expect(curve?.mostRequestsPerSecond).toBe(most);
  // 0.995 of the most is the last
  expect(points.at(-1)?.requestsPerSecond).toBeCloseTo(0.995 * most, 9);
  for (const [i, point] of points.entries()) {
    const before = points[i - 1];
    expect(point.requestsPerSecond).toBeGreaterThan(before?.requestsPerSecond ?? 0);
    expect(point.latencies.map(({ metric, percentile }) => `${metric} ${percentile}`)).toEqual(
      ["ttft", "tpot", "e2e"].flatMap((metric) => [`${metric} 0.5`, `${metric} 0.99`]),
    );
    for (const [place, { percentile, seconds }] of point.latencies.entries()) {
      if (percentile === 0.99) {
        // tokens vary a little less where all seats are always taken
        const least = (before?.latencies[place]?.seconds ?? 0) * (1 - 1e-3);
        expect(seconds).toBeGreaterThanOrEqual(least);
      }
    }
  }
});

test("there is none for a model without a place or without lengths", () => {
  expect(capacityCurve(input, "quiet")).toBeUndefined();
  expect(capacityCurve(input, "nobody")).toBeUndefined();
});
