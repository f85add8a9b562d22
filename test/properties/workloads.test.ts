import { InputError, parseFleetFile } from "@berth/core";
import { type CapacityInput, planCapacity } from "@berth/core/capacity";
import { withOccupancy, withSimulation } from "@berth/core/simulation";
import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import type { CapacityDocument } from "../../packages/core/src/documents/capacity/capacity-document.ts";
import { resolveWorkloads } from "../../packages/core/src/documents/workload/resolve-workloads.ts";
import { sizedByTraces } from "../../packages/core/src/documents/workload/sized-by-traces.ts";
import { parseTrace } from "../../packages/core/src/documents/workload/trace.ts";
import { plannedInput } from "../support/planned-input.ts";
import { nullsIn } from "../support/promised-numbers.ts";

const FILE = "fleet.yaml";
const ENGINES = ["vllm", "tensorrt-llm", "llama.cpp"] as const;
const fleetOf = (engine: string, workload: object): string =>
  JSON.stringify({
    hosts: [{ name: "box", gpus: [{ gpu: "rtx-4090" }] }],
    models: [
      {
        name: "a",
        engine,
        model: "Qwen/Qwen2.5-7B-Instruct",
        maxSeqLen: 4096,
        concurrency: 8,
        workload,
      },
    ],
  });

const PLANS = new Map<string, CapacityInput>();
beforeAll(async () => {
  for (const engine of ENGINES) {
    PLANS.set(engine, await plannedInput(fleetOf(engine, {})));
  }
});

/** Times as often as what is odd. */
const USUALLY = 8;

const amount = fc.oneof(
  { arbitrary: fc.integer({ min: 1, max: 6000 }), weight: USUALLY },
  fc.constantFrom<number | string>(
    0,
    1,
    1.5,
    4096,
    1e8,
    1e9,
    "8k",
    "50 tokens / s * 4 s",
    "min(1)",
  ),
);
const share = fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom(0, 5e-324, 1));
const weight = fc.oneof(
  fc.double({ min: 0, max: 9, noNaN: true }),
  fc.constantFrom(0, 5e-324, 1e308),
);
/** Mostly in order, so that most are read. */
const rising = fc
  .array(fc.tuple(share, fc.integer({ min: 1, max: 9000 })), { minLength: 2, maxLength: 5 })
  .map((all) => {
    const shares = all.map(([own]) => own).sort((a, b) => a - b);
    const tokens = all.map(([, own]) => own).sort((a, b) => a - b);
    return shares.map((own, i) => ({ share: own, tokens: tokens[i] ?? 1 }));
  });
const lengths = fc.oneof(
  amount,
  fc.record({ median: amount, sigma: fc.double({ min: 0, max: 5.2, noNaN: true }) }),
  fc.record({ median: amount, p95: amount }),
  fc.record({ median: amount, sigma: fc.constantFrom(0, 1), most: amount }),
  fc.record({ quantiles: rising }),
  fc.record({
    histogram: fc.array(
      fc.record({
        from: fc.integer({ min: 1, max: 500 }),
        to: fc.integer({ min: 400, max: 5000 }),
        weight,
      }),
      { minLength: 1, maxLength: 4 },
    ),
  }),
);
const rate = fc.oneof(
  { arbitrary: fc.double({ min: 1e-6, max: 30, noNaN: true }), weight: USUALLY },
  fc.constantFrom<number | string>(
    0,
    1e-12,
    1e-300,
    1e9,
    1e308,
    "1 / 0",
    "90 requests / minute",
    "2 s",
  ),
);
const target = fc.record({
  metric: fc.constantFrom("ttft", "tpot", "e2e"),
  percentile: fc.oneof(
    fc.double({ min: 1, max: 99.99, noNaN: true }),
    fc.constantFrom(1, 50, 99.9999999999999),
  ),
  most: fc.oneof(
    fc.double({ min: 1e-3, max: 99, noNaN: true }),
    fc.constantFrom(1e-300, 1e300, "1 minute"),
  ),
});
const prefix = fc.record({ tokens: amount, share }, { requiredKeys: ["tokens"] });
const targets = fc.array(target, { minLength: 1, maxLength: 3 });
const drawn = fc.record(
  {
    rate,
    arrivals: fc.constantFrom("poisson", "constant"),
    prompt: lengths,
    output: lengths,
    sharedPrefix: prefix,
    targets,
  },
  { requiredKeys: ["prompt", "output"] },
);
const traced = fc.record(
  { trace: fc.constant("t.csv"), rate, prompt: lengths, sharedPrefix: prefix, targets },
  { requiredKeys: ["trace"] },
);
const moment = fc.oneof(
  fc.integer({ min: 0, max: 99 }),
  fc.constantFrom(0, 5, 0.5, 1e-9, 253402300799),
);
const count = fc.oneof(
  { arbitrary: fc.integer({ min: 0, max: 5000 }), weight: USUALLY },
  fc.constantFrom(1, 100_000_000),
);
const lines = fc
  .array(fc.tuple(moment, count, count), { minLength: 1, maxLength: 20 })
  .map((all) =>
    all
      .map((cells) => cells.map((cell) => cell.toFixed(9).replace(/\.?0+$/, "")).join())
      .join("\r\n"),
  );

/** Undefined where the workload is refused; anything but an InputError is thrown on. */
async function unlessRefused<T>(answer: () => Promise<T>): Promise<T | undefined> {
  try {
    return await answer();
  } catch (error) {
    if (error instanceof InputError) {
      expect(error.message).toMatch(/^[^\n]+: .*(expected|got)/);
      return;
    }
    throw error;
  }
}

async function inputOf(engine: string, workload: object, text: string): Promise<CapacityInput> {
  const given = PLANS.get(engine);
  const fleet = parseFleetFile(FILE, fleetOf(engine, workload));
  const traces = new Map([["t.csv", parseTrace("t.csv", text)]]);
  const workloads = await resolveWorkloads(FILE, fleet);
  // as a plan for rates reads them
  sizedByTraces(workloads, traces);
  if (given === undefined) {
    throw new Error("expected a plan");
  }
  return {
    ...given,
    plan: { ...given.plan, workloads },
    traces,
    percentiles: [0.01, 0.5, 0.9, 0.99, 0.999],
  };
}

/** A billionth of a latency: percentiles are halved up to there. */
const CLOSE = 1 + 1e-6;

function expectSense({ models }: CapacityDocument): void {
  for (const { latencies, kvOccupancy, concurrency, targets: met } of models) {
    const at = (metric: string) =>
      latencies.filter((one) => one.metric === metric).map(({ seconds }) => seconds);
    for (const metric of ["ttft", "tpot", "e2e"]) {
      const all = at(metric);
      all.forEach((seconds, i) => {
        expect(seconds, metric).toBeGreaterThanOrEqual(0);
        expect(seconds * CLOSE, metric).toBeGreaterThanOrEqual(all[i - 1] ?? 0);
      });
    }
    const whole = at("e2e");
    at("ttft").forEach((seconds, i) => {
      expect(seconds).toBeLessThanOrEqual((whole[i] ?? 0) * CLOSE);
    });
    for (const { seconds, lowSeconds, highSeconds } of latencies) {
      expect(lowSeconds).toBeLessThanOrEqual(seconds * CLOSE);
      expect(seconds).toBeLessThanOrEqual(highSeconds * CLOSE);
    }
    const { p50 = 0, p95 = 0, p99 = 0 } = kvOccupancy ?? {};
    expect([p50, p95, p99]).toEqual([p50, p95, p99].toSorted((a, b) => a - b));
    expect(p99).toBeLessThanOrEqual(1);
    expect(concurrency.running ?? 0).toBeLessThanOrEqual(concurrency.most * CLOSE);
    for (const { breaksAtRequestsPerSecond } of met) {
      expect(breaksAtRequestsPerSecond).toBeGreaterThanOrEqual(0);
    }
  }
}

test("any workload has an answer of numbers that make sense together, or one sentence", async () => {
  let answered = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...ENGINES),
      fc.oneof({ arbitrary: drawn, weight: 3 }, { arbitrary: traced, weight: 1 }),
      lines,
      async (engine, workload, text) => {
        const input = await unlessRefused(() => inputOf(engine, workload, text));
        if (input === undefined) {
          return;
        }
        const closed = await unlessRefused(async () => planCapacity(input));
        if (closed === undefined) {
          return;
        }
        answered += 1;
        expect(nullsIn(closed)).toEqual([]);
        expectSense(closed);
        const time = { seed: 1, minutes: 0.2 };
        const walked = await unlessRefused(() =>
          withOccupancy(closed, input, { ...time, paths: 12, backend: "typed-arrays" }),
        );
        expect(nullsIn(walked ?? {})).toEqual([]);
        const followed = await unlessRefused(() => withSimulation(closed, input, time));
        expect(nullsIn(followed ?? {})).toEqual([]);
      },
    ),
    { numRuns: 200 },
  );
  expect(answered).toBeGreaterThan(60);
});
