import { describe, expect, test } from "vitest";
import { requestsPerSecond, seconds, type Tokens, tokens } from "../../units/units.ts";
import type { Estimate } from "../quantiles.ts";
import type { ServingLimits } from "../serving-limits.ts";
import type { Arrivals, LengthDistribution, Workload } from "../workload.ts";
import { type SimulationCase, type SimulationOptions, simulateDeployment } from "./simulate.ts";

/** Each step takes so long, whatever it computes. */
const STEP = 0.025;
/** Steps of a mean request: one second. */
const MEAN_OUTPUT = 40;

const ROOMY: ServingLimits = {
  kvTokens: tokens(1_000_000),
  tokensPerBlock: tokens(32),
  maxBatchSize: 1,
  maxNumTokens: tokens(8192),
  maxSeqLen: tokens(8192),
  hasChunkedPrefill: true,
  policy: "guaranteed-no-evict",
  reusesPrefix: false,
};

const fixed = (length: number): LengthDistribution => ({ kind: "fixed", tokens: tokens(length) });

/** Middles of equally likely slices of an exponential distribution. */
const exponential: LengthDistribution = {
  kind: "sample",
  sorted: Array.from(
    { length: 5000 },
    (_, i): Tokens => tokens(Math.max(1, Math.round(-MEAN_OUTPUT * Math.log1p(-(i + 0.5) / 5000)))),
  ),
};

function queue(
  rate: number,
  servers: number,
  output: LengthDistribution,
  kind: "poisson" | "constant" = "poisson",
): SimulationCase {
  const arrivals: Arrivals = { kind, rate: requestsPerSecond(rate) };
  const workload: Workload = { arrivals, prompt: fixed(1), output, targets: [] };
  return {
    workload,
    replicas: 1,
    limits: { ...ROOMY, maxBatchSize: servers },
    stepTime: () => seconds(STEP),
  };
}

const LONG: SimulationOptions = { seed: 7, horizonSeconds: 12_000, warmUpSeconds: 200 };

/** Probability that a request waits in M/M/c, by Erlang's C formula. */
function erlangC(load: number, servers: number): number {
  let term = 1;
  let sum = 0;
  for (let k = 0; k < servers; k += 1) {
    sum += term;
    term *= load / (k + 1);
  }
  const last = term / (1 - load / servers);
  return last / (sum + last);
}

/** The interval that the simulation gives, a third wider: batches of a queue's requests know of each other. */
function expectWithin(value: number, { value: middle, low, high }: Estimate, more = 0): void {
  expect(value).toBeGreaterThan(middle - (4 / 3) * (middle - low) - more);
  expect(value).toBeLessThan(middle + (4 / 3) * (high - middle) + more);
}

describe("queues whose theory is known", () => {
  test.each([
    { servers: 1, load: 0.6 },
    { servers: 2, load: 1.5 },
    { servers: 8, load: 6.4 },
  ])("M/M/$servers at a load of $load", async ({ servers, load }) => {
    const { waits, queueing, sequences } = await simulateDeployment(
      queue(load, servers, exponential),
      LONG,
    );
    const waiting = erlangC(load, servers);
    // a request is seen by the next step: a quarter of one step's chance that a seat is taken or freed meanwhile
    expectWithin(waiting, waits, 0.01);
    // mean wait C / (c - load) of a service time of 1 s, and half a step until the engine looks
    expectWithin(waiting / (servers - load) + STEP / 2, queueing.mean, STEP / 2);
    expect(sequences / load).toBeCloseTo(1, 1);
  });

  test("M/D/1: half the wait of M/M/1", async () => {
    const { queueing } = await simulateDeployment(queue(0.7, 1, fixed(MEAN_OUTPUT)), LONG);
    // load / (2 (1 - load)) service times
    expectWithin(0.7 / (2 * (1 - 0.7)) + STEP / 2, queueing.mean, STEP / 2);
  });

  test("D/D/1 below its load never waits", async () => {
    const { waits, queueing } = await simulateDeployment(
      queue(0.9, 1, fixed(MEAN_OUTPUT), "constant"),
      LONG,
    );
    expect(waits.value).toBe(0);
    expect(queueing.p99).toBeLessThanOrEqual(STEP);
  });

  test("an overloaded queue keeps its server busy, and gives what it can", async () => {
    const { sequences, outputTokensPerSecond } = await simulateDeployment(
      queue(2, 1, fixed(MEAN_OUTPUT)),
      { ...LONG, horizonSeconds: 400 },
    );
    expect(sequences).toBeCloseTo(1, 2);
    // one token a step; what came in the warm-up is not counted, so the rest starts late
    expect(outputTokensPerSecond).toBeLessThanOrEqual(1 / STEP);
  });
});

describe("batching", () => {
  const short = { seed: 3, horizonSeconds: 300, warmUpSeconds: 0 };
  const served = (limits: Partial<ServingLimits>, prompt: number, output: number, rate = 1) => ({
    workload: {
      arrivals: { kind: "constant" as const, rate: requestsPerSecond(rate) },
      prompt: fixed(prompt),
      output: fixed(output),
      targets: [],
    },
    replicas: 1,
    limits: { ...ROOMY, maxBatchSize: 64, ...limits },
    stepTime: ({ decodes, prefillTokens }: { decodes: number; prefillTokens: number }) =>
      seconds(0.01 + 1e-4 * decodes + 1e-5 * prefillTokens),
  });

  test("a request alone: its prompt in chunks, then a token a step", async () => {
    const { ttft, tpot } = await simulateDeployment(
      served({ maxNumTokens: tokens(1000) }, 2500, 50, 0.1),
      short,
    );
    // three steps of 1000, 1000 and 500 prompt tokens: 3 · 10 ms + 2500 · 0.01 ms
    expect(ttft.p50).toBeCloseTo(0.055, 9);
    // one decoding sequence: 10 ms + 0.1 ms
    expect(tpot.p50).toBeCloseTo(0.0101, 9);
  });

  test("guaranteed no evict starts what the cache can hold to its end, and never pauses", async () => {
    // blocks of 32: 4 for 100 + 20 tokens; 10 blocks hold two requests
    const one = served({ kvTokens: tokens(320) }, 100, 20, 100);
    const { pauses, occupancy, sequences } = await simulateDeployment(one, short);
    expect(pauses.value).toBe(0);
    expect(sequences).toBeCloseTo(2, 1);
    expect(occupancy.p99).toBeLessThanOrEqual(0.801);
  });

  test("max utilization starts more, and pauses the newest when blocks run out", async () => {
    const limits = { kvTokens: tokens(640), policy: "max-utilization" as const };
    const { pauses, waits, sequences } = await simulateDeployment(
      served(limits, 60, 200, 100),
      short,
    );
    // 20 blocks: ten prompts of two blocks each, but only two requests of nine blocks to their end
    expect(pauses.value).toBeGreaterThan(1);
    expect(waits.value).toBeGreaterThan(0.9);
    expect(sequences).toBeGreaterThan(2);
  });

  test("a shared prefix is read once", async () => {
    const one = served({ reusesPrefix: true }, 1000, 10, 0.5);
    const workload = { ...one.workload, sharedPrefix: { tokens: tokens(960), share: 1 } };
    const { ttft } = await simulateDeployment({ ...one, workload }, short);
    // 40 tokens of 1000 remain: 10 ms + 0.4 ms
    expect(ttft.p50).toBeCloseTo(0.0104, 9);
  });

  test("a trace comes as it is written, and again", async () => {
    const arrivals: Arrivals = {
      kind: "trace",
      rate: requestsPerSecond(0.2),
      requests: [0, 1, 10].map((at) => ({
        at: seconds(at),
        prompt: tokens(10),
        output: tokens(5),
      })),
    };
    const one = served({}, 10, 5);
    const { requests } = await simulateDeployment(
      { ...one, workload: { ...one.workload, arrivals } },
      short,
    );
    // a round is 10 s and a mean gap of 5 s: 20 rounds of three in 300 s
    expect(requests).toBe(60);
  });

  test("a seed gives the same answer again, another one another", async () => {
    const one = queue(2, 4, exponential);
    const [a, b, c] = await Promise.all(
      [1, 1, 2].map((seed) => simulateDeployment(one, { ...short, seed })),
    );
    expect(a).toEqual(b);
    expect(a?.queueing.mean.value).not.toBe(c?.queueing.mean.value);
  });

  test("a signal stops it, and progress rises to one", async () => {
    const signal = { aborted: false };
    const heard: number[] = [];
    const one = queue(2, 4, exponential);
    await simulateDeployment(one, { ...short, onProgress: (done) => void heard.push(done) });
    expect(heard.at(-1)).toBe(1);
    expect(heard).toEqual(heard.toSorted((a, b) => a - b));
    const stopped = simulateDeployment(one, {
      ...short,
      signal,
      onProgress: () => {
        signal.aborted = true;
      },
    });
    await expect(stopped).rejects.toThrow("the simulation was cancelled");
  });
});

test("a cache that is always full pauses as often as outputs need the room of a prompt", async () => {
  // Between two ends the others grow by one output, 256 tokens; what pauses gives back its prompt of 640 and up to all
  // of its output. So 256 / (640 + 256) to 256 / 640 pauses a request: no more, since nothing starts in front of growth.
  const one: SimulationCase = {
    ...queue(3, 64, fixed(256)),
    limits: {
      ...ROOMY,
      maxBatchSize: 64,
      kvTokens: tokens(12_000),
      tokensPerBlock: tokens(1),
      policy: "max-utilization",
    },
  };
  const full = { ...one, workload: { ...one.workload, prompt: fixed(640) } };
  const { pauses, waits } = await simulateDeployment(full, {
    seed: 3,
    horizonSeconds: 1500,
    warmUpSeconds: 200,
  });
  expect(waits.value).toBeGreaterThan(0.95);
  expect(pauses.high).toBeGreaterThan(256 / (640 + 256));
  expect(pauses.low).toBeLessThan(256 / 640);
  expect(pauses.value).toBeGreaterThan(0.9 * (256 / (640 + 256)));
  expect(pauses.value).toBeLessThan(1.1 * (256 / 640));
});
