import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { requestsPerSecond, seconds, tokens } from "../units/units.ts";
import { breakingRate, latencyAt } from "./breaking-rate.ts";
import { heldTokens, mostConcurrent, neededTokens } from "./concurrency.ts";
import { spreadAt } from "./queue.ts";
import { requestShape } from "./request-shape.ts";
import type { ServingLimits } from "./serving-limits.ts";
import { simulateDeployment } from "./simulation/simulate.ts";
import { NO_SPECULATION, type SpeedSetting } from "./speed-setting.ts";
import { stepTimeOf } from "./step-time.ts";
import { servingModel, servingPoint } from "./throughput.ts";
import type { Workload } from "./workload.ts";

const LIMITS: ServingLimits = {
  kvTokens: tokens(1_000_000),
  tokensPerBlock: tokens(32),
  maxBatchSize: 256,
  maxNumTokens: tokens(8192),
  maxSeqLen: tokens(8192),
  hasChunkedPrefill: true,
  policy: "guaranteed-no-evict",
  reusesPrefix: true,
};

function workloadOf(prompt: number, output: number): Workload {
  return {
    arrivals: { kind: "poisson", rate: requestsPerSecond(1) },
    prompt: { kind: "fixed", tokens: tokens(prompt) },
    output: { kind: "fixed", tokens: tokens(output) },
    targets: [],
  };
}

/** A replica whose steps and prompts take so long, whatever their load. */
function constantWork(times: {
  readonly stepSeconds: number;
  readonly promptSeconds: number;
  readonly sequenceSeconds?: number;
}): SpeedSetting {
  const constants = {
    stepSeconds: times.stepSeconds,
    layerSeconds: 0,
    normedLayerSeconds: 0,
    expertLayerSeconds: 0,
    latentLayerSeconds: 0,
    sequenceSeconds: times.sequenceSeconds ?? 0,
    collectiveSeconds: 0,
    denseBandwidth: 1,
    expertBandwidth: 1,
    kvBandwidth: 1,
    denseCompute: 1,
    expertCompute: 1,
    attentionCompute: 1,
    wideningWork: 1,
    linkBandwidth: 1,
    routingSpread: 1,
    firstTokenSeconds: 0,
    promptLayerSeconds: 0,
    promptExpertLayerSeconds: 0,
    promptLatentLayerSeconds: 0,
    attentionDpSteps: 0,
    startsTogether: 0,
    acceptedOfFour: 1,
  };
  const work = {
    layers: 0,
    expertLayers: 0,
    latentLayers: 0,
    normedLayers: 0,
    collectives: 0,
    denseBytes: 0,
    expertBytes: 0,
    experts: 0,
    active: 0,
    denseFlops: 0,
    // once a prompt, so that prompts cost the same whatever their length
    headFlops: times.promptSeconds,
    expertFlops: 0,
    kv: [],
    pairFlops: [],
    hiddenBytes: 0,
  };
  const card = { bytesPerSecond: 1, flopsPerSecond: 1, plainFlopsPerSecond: 1, constants };
  return {
    stages: [{ work, cards: [card], link: { bytesPerSecond: 1, seconds: 0 } }],
    tp: 1,
    attentionDp: false,
    overlapsStages: true,
    speculation: NO_SPECULATION,
  };
}

describe("the law of those that run", () => {
  // steps of 10 ms for any number of sequences, and prompts that cost nothing: seats are M/M/c's servers
  const served = (seats: number, load: number, output: Workload["output"]) => {
    const model = servingModel(
      constantWork({ stepSeconds: 0.01, promptSeconds: 0 }),
      { ...LIMITS, maxBatchSize: seats },
      { ...workloadOf(100, 200), output },
    );
    const rate = load / (model.shape.outputTokens * 0.01);
    return { model, rate, point: servingPoint(model, rate) };
  };

  test.each([
    // Erlang C: two servers with a load of one wait with chance 1/3; one server with its load; textbook M/M/c
    { servers: 2, load: 1, expected: 1 / 3 },
    { servers: 1, load: 0.7, expected: 0.7 },
    { servers: 5, load: 4, expected: 0.554_113 },
    { servers: 16, load: 12, expected: 0.204_574 },
  ])(
    "$servers seats and a load of $load are M/M/c: $expected wait",
    ({ servers, load, expected }) => {
      const { point, model, rate } = served(servers, load, exponential(200));
      expect(point?.waits).toBeCloseTo(expected, 5);
      expect(point?.running).toBeCloseTo(load, 5);
      // C / (c - load) services
      const service = load / rate;
      const wait = (expected * service) / (servers - load);
      // a thousand equal slices vary a little less than an exponential distribution
      expect(((point?.ttft.mean ?? 0) - (point?.ttft.ready.mean ?? 0)) / wait).toBeCloseTo(1, 1);
      expect(model.work.variation).toBeCloseTo(1, 1);
    },
  );

  test("M/D/1 waits as often as M/M/1, and half as long", () => {
    const { point, rate } = served(1, 0.7, { kind: "fixed", tokens: tokens(200) });
    expect(point?.waits).toBeCloseTo(0.7, 9);
    const wait = 0.7 / rate / (1 - 0.7) / 2;
    expect((point?.ttft.mean ?? 0) - (point?.ttft.ready.mean ?? 0)).toBeCloseTo(wait * 0.7, 6);
  });

  test("many seats that are counted in steps agree with Erlang's C", () => {
    expect(served(200, 180, exponential(200)).point?.waits).toBeCloseTo(erlangC(200, 180), 2);
  });
});

function erlangC(servers: number, load: number): number {
  let blocked = 1;
  for (let n = 1; n <= servers; n += 1) {
    blocked = (load * blocked) / (n + load * blocked);
  }
  return blocked / (1 - (load / servers) * (1 - blocked));
}

test.each([
  // of a gamma with shape 4 and mean 1 (variance 1/4), the 95th percentile is 15.507 / 8 (chi² with 8 degrees)
  { share: 0.95, expected: 1.9384 },
  { share: 0.5, expected: 0.918 },
])("a spread at $share", ({ share, expected }) => {
  expect(spreadAt({ mean: 1, variance: 1 / 4 }, share)).toBeCloseTo(expected, 2);
});

describe("what runs at once", () => {
  const shape = requestShape(workloadOf(1000, 200), { ...LIMITS, reusesPrefix: false });

  test.each([
    // 1000 + 200 + 16 tokens each: 1e6 / 1216 = 822
    {
      change: { maxBatchSize: 4096, maxNumTokens: tokens(1_000_000) },
      most: 1e6 / 1216,
      limit: "kv-cache",
    },
    // blocks taken as they are needed: 1000 + 100 + 16; half of the 1016 that the next one starts with lies idle
    {
      change: {
        maxBatchSize: 4096,
        maxNumTokens: tokens(1_000_000),
        policy: "max-utilization" as const,
      },
      most: (1e6 - 1016 / 2) / 1116,
      limit: "kv-cache",
    },
    { change: { maxNumTokens: tokens(65_536) }, most: 256, limit: "batch-size" },
    // each sequence needs its own token and 1000 / 200 prompt tokens a step: 600 / 6
    { change: { maxNumTokens: tokens(600) }, most: 100, limit: "step-tokens" },
  ])("is bound by the $limit", ({ change, most, limit }) => {
    const found = mostConcurrent(shape, { ...LIMITS, ...change });
    expect(found.limit).toBe(limit);
    expect(found.most).toBeCloseTo(most, 6);
  });

  test("a shared prefix is held once and read once", () => {
    const workload = {
      ...workloadOf(1000, 200),
      sharedPrefix: { tokens: tokens(800), share: 0.5 },
    };
    const reused = requestShape(workload, LIMITS);
    expect(reused.promptTokens).toBe(600);
    expect(reused.cachedTokens).toBe(400);
    // half of the output on average, and half a block
    expect(heldTokens(reused, LIMITS)).toBe(600 + 100 + 16);
    expect(neededTokens(reused, LIMITS)).toBe(600 + 200 + 16);
    expect(requestShape(workload, { ...LIMITS, reusesPrefix: false }).promptTokens).toBe(1000);
  });
});

describe("requests that are longer than maxSeqLen", () => {
  test("are cut: the means of what is left of each pair of a prompt and an output", () => {
    // 500 and 1500 tokens, each with 100 and 900; a sequence ends at 1000
    const workload: Workload = {
      ...workloadOf(1, 1),
      prompt: { kind: "sample", sorted: [500, 1500].map(tokens) },
      output: { kind: "sample", sorted: [100, 900].map(tokens) },
    };
    const shape = requestShape(workload, { ...LIMITS, maxSeqLen: tokens(1000) });
    // 500 + 100, 500 + 500, 999 + 1, 999 + 1
    expect(shape.promptTokens).toBeCloseTo((500 + 999) / 2, 9);
    expect(shape.promptSquare).toBeCloseTo((500 ** 2 + 999 ** 2) / 2, 6);
    expect(shape.outputTokens).toBeCloseTo((100 + 500 + 1 + 1) / 4, 9);
    expect(shape.outputSquare).toBeCloseTo((100 ** 2 + 500 ** 2 + 1 + 1) / 4, 6);
    expect(shape.runningPrompt).toBeCloseTo((500 * 600 + 999 * 2) / 602, 9);
    expect(shape.runningReserve).toBeCloseTo((1000 * 600 + 1000 * 2) / 602, 9);
    expect(shape.cutShare).toBeCloseTo(3 / 4, 9);
    // nothing is cut at 2400, and pairs are what they were
    const whole = requestShape(workload, { ...LIMITS, maxSeqLen: tokens(2400) });
    expect(whole).toMatchObject({ promptTokens: 1000, outputTokens: 500, cutShare: 0 });
  });

  test("a prefix is found as far as a prompt is longer than it", () => {
    const workload: Workload = {
      ...workloadOf(1, 100),
      prompt: { kind: "sample", sorted: [300, 1500].map(tokens) },
      sharedPrefix: { tokens: tokens(500), share: 0.5 },
    };
    // of half of the requests: 299 of 300 tokens, whose last is read again, and 500 of 1500
    expect(requestShape(workload, LIMITS).cachedTokens).toBeCloseTo((299 + 500) / 4, 9);
  });

  const steps = { stepSeconds: 0.02, promptSeconds: 0.02 };
  const lognormal = (median: number, p95: number): Workload["prompt"] => ({
    kind: "lognormal",
    median: tokens(median),
    sigma: Math.log(p95 / median) / 1.6448536,
    least: tokens(1),
    most: tokens(100_000_000),
  });
  const fixed = (length: number): Workload["prompt"] => ({ kind: "fixed", tokens: tokens(length) });

  test.each(
    (["max-utilization", "guaranteed-no-evict"] as const).flatMap((policy) => [
      { policy, prompt: fixed(3000), output: lognormal(500, 6000), cut: true },
      { policy, prompt: lognormal(2000, 12_000), output: lognormal(250, 1000), cut: true },
      { policy, prompt: fixed(3000), output: fixed(400), cut: false },
    ]),
  )("run as in the simulation of every request: %o", async ({ policy, prompt, output, cut }) => {
    const setting = constantWork(steps);
    const limits = {
      ...LIMITS,
      kvTokens: tokens(65_536),
      tokensPerBlock: tokens(16),
      maxBatchSize: 64,
      policy,
    };
    const asked = (rate: number): Workload => ({
      ...workloadOf(1, 1),
      arrivals: { kind: "poisson", rate: requestsPerSecond(rate) },
      prompt,
      output,
    });
    const model = servingModel(setting, limits, asked(1));
    expect(model.shape.cutShare > 0.01).toBe(cut);
    const simulated = (rate: number, horizonSeconds: number) =>
      simulateDeployment(
        { workload: asked(rate), replicas: 1, limits, stepTime: stepTimeOf(setting) },
        { seed: 1, horizonSeconds, warmUpSeconds: 300 },
      );
    const some = servingPoint(model, 0.7 * model.mostRate);
    const found = await simulated(0.7 * model.mostRate, 20_000);
    expect((some?.running ?? 0) / found.sequences).toBeCloseTo(1, 1);
    expect((some?.kvTokens.mean ?? 0) / limits.kvTokens / found.occupancy.p50).toBeCloseTo(1, 1);
    const full = await simulated(3 * model.mostRate, 1000);
    expect(model.concurrency.most / full.sequences).toBeGreaterThan(0.95);
    expect(model.concurrency.most / full.sequences).toBeLessThan(1.1);
  });
});

describe("at a rate of requests", () => {
  // a step takes 10 ms whatever it does; prompts cost nothing
  const flat = constantWork({ stepSeconds: 0.01, promptSeconds: 0 });

  test("Little's law holds: running = rate · output · step", () => {
    const model = servingModel(flat, LIMITS, workloadOf(100, 200));
    const point = servingPoint(model, 50);
    // of 256 seats some stand for those between
    expect(point?.running).toBeCloseTo(50 * 200 * 0.01, 0);
    expect(point?.tpot.mean).toBeCloseTo(0.01, 5);
    expect(point?.steady).toBeCloseTo(50 * 200 * 0.01, 4);
    // 256 at once, 2 s each
    expect(model.mostRate).toBeCloseTo(128, 4);
    expect(point?.utilization).toBeCloseTo(50 / 128, 6);
    expect(servingPoint(model, 129)).toBeUndefined();
  });

  test("without outputs' steps, prompts wait as in M/D/1, but for those that share a step", () => {
    // prompts of 50 ms, no time for steps: the gated queue's wait is M·(busy/2 + busy²)/(1 - busy²)
    const prompts = constantWork({ stepSeconds: 1e-9, promptSeconds: 0.05 });
    const model = servingModel(prompts, { ...LIMITS, maxBatchSize: 100_000 }, workloadOf(100, 1));
    for (const busy of [0.05, 0.2, 0.5, 0.8]) {
      const wait = (servingPoint(model, busy / 0.05)?.ttft.mean ?? 0) - 0.05;
      const oneByOne = (0.05 * busy) / (2 * (1 - busy));
      const shared = (0.05 * (busy / 2 + busy ** 2)) / (1 - busy ** 2);
      expect(wait).toBeCloseTo(shared, 5);
      // a prompt waits for those that came after it in the same step too: busy² / 2 more of (1 - busy²)
      expect(wait - oneByOne).toBeCloseTo((0.05 * busy ** 2) / (2 * (1 - busy ** 2)), 5);
    }
  });

  test("one place to run at a time is M/M/1 where outputs are exponential", () => {
    const model = servingModel(
      flat,
      { ...LIMITS, maxBatchSize: 1 },
      {
        ...workloadOf(100, 200),
        output: exponential(200),
      },
    );
    const mean = model.shape.outputTokens;
    const service = mean * 0.01;
    const point = servingPoint(model, 0.5 / service);
    const waits = (point?.ttft.mean ?? 0) - 0.01 - 0.005;
    // busy / (1 - busy) · service = one service at half load
    expect(waits / service).toBeCloseTo(1, 1);
    expect(point?.waits).toBeCloseTo(0.5, 3);
  });

  test.each([
    // D/D/1 never waits; D/M/1 with x = e^(2 (x - 1)): 0.2032; M/M/1 at its load
    { arrivals: "constant" as const, output: workloadOf(100, 200).output, waits: 0 },
    { arrivals: "constant" as const, output: exponential(200), waits: 0.2032 },
    { arrivals: "poisson" as const, output: exponential(200), waits: 0.5 },
  ])("one place at half load, $arrivals arrivals: $waits wait", ({ arrivals, output, waits }) => {
    const model = servingModel(
      flat,
      { ...LIMITS, maxBatchSize: 1 },
      {
        ...workloadOf(100, 200),
        arrivals: { kind: arrivals, rate: requestsPerSecond(1) },
        output,
      },
    );
    const point = servingPoint(model, 0.5 / (model.shape.outputTokens * 0.01));
    expect(point?.waits).toBeCloseTo(waits, 2);
  });

  test("more requests make each slower, and more of everything makes none slower", () => {
    const work = constantWork({ stepSeconds: 0.01, promptSeconds: 0.02, sequenceSeconds: 1e-4 });
    const model = servingModel(work, LIMITS, workloadOf(1000, 200));
    fc.assert(
      fc.property(fc.double({ min: 0.01, max: 0.98, noNaN: true }), (share) => {
        const [some, more] = [share, share + 0.01].map((of) =>
          servingPoint(model, of * model.mostRate),
        );
        expect(more?.running).toBeGreaterThanOrEqual(some?.running ?? Number.NaN);
        expect(more?.tpot.mean).toBeGreaterThanOrEqual(
          (some?.tpot.mean ?? Number.NaN) * (1 - 1e-6),
        );
        expect(more?.ttft.mean).toBeGreaterThanOrEqual(
          (some?.ttft.mean ?? Number.NaN) * (1 - 1e-6),
        );
      }),
    );
    const wider = servingModel(work, { ...LIMITS, maxBatchSize: 512 }, workloadOf(1000, 200));
    expect(wider.mostRate).toBeGreaterThanOrEqual(model.mostRate);
  });
});

test("a target breaks at the rate from which its percentile is slower", () => {
  const work = constantWork({ stepSeconds: 0.01, promptSeconds: 0.02, sequenceSeconds: 1e-4 });
  const model = servingModel(work, LIMITS, workloadOf(1000, 200));
  const target = { metric: "ttft" as const, percentile: 0.95, most: seconds(0.2) };
  const rate = breakingRate(model, target);
  const [at, above] = [servingPoint(model, rate), servingPoint(model, rate * 1.001)];
  expect(at && latencyAt(at, "ttft", 0.95)).toBeLessThanOrEqual(0.2);
  expect(above && latencyAt(above, "ttft", 0.95)).toBeGreaterThan(0.2);
  // a step alone takes longer
  expect(breakingRate(model, { ...target, most: seconds(0.01) })).toBe(0);
  // ten seconds a token is met to the end
  const easy = { metric: "tpot" as const, percentile: 0.5, most: seconds(10) };
  expect(breakingRate(model, easy) / model.mostRate).toBeCloseTo(1, 4);
});

/** Lengths of an exponential distribution at a thousand equal steps. */
function exponential(mean: number): Workload["output"] {
  const sorted = Array.from({ length: 1000 }, (_, i) =>
    tokens(Math.max(1, Math.round(-mean * Math.log(1 - (i + 1 / 2) / 1000)))),
  );
  return { kind: "sample", sorted };
}
