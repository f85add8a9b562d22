import { describe, expect, test } from "vitest";
import { requestsPerSecond, seconds, type Tokens, tokens } from "../../units/units.ts";
import type { LinearStep } from "../linear-step.ts";
import type { ServingLimits, StepLoad } from "../serving-limits.ts";
import { simulateDeployment } from "../simulation/simulate.ts";
import type { Arrivals, LengthDistribution } from "../workload.ts";
import { type Occupancy, occupancyOf, simulateOccupancy } from "./occupancy.ts";
import type { OccupancyCase, OccupancyOptions } from "./occupancy-case.ts";
import { pathParts, walkPart } from "./walk-part.ts";

const ROOMY: ServingLimits = {
  kvTokens: tokens(1_000_000),
  tokensPerBlock: tokens(32),
  maxBatchSize: 64,
  maxNumTokens: tokens(8192),
  maxSeqLen: tokens(8192),
  hasChunkedPrefill: true,
  policy: "guaranteed-no-evict",
  reusesPrefix: false,
};

const fixed = (length: number): LengthDistribution => ({ kind: "fixed", tokens: tokens(length) });
const lognormal = (median: number, sigma: number): LengthDistribution => ({
  kind: "lognormal",
  median: tokens(median),
  sigma,
  least: tokens(1),
  most: tokens(8 * median),
});
/** Of mean 40. */
const exponential: LengthDistribution = {
  kind: "sample",
  sorted: Array.from(
    { length: 1000 },
    (_, i): Tokens => tokens(Math.max(1, Math.round(-40 * Math.log1p(-(i + 0.5) / 1000)))),
  ),
};

/** 25 ms a step, whatever it holds. */
const FLAT: LinearStep = {
  baseSeconds: 0.025,
  secondsPerSequence: 0,
  secondsPerKvToken: 0,
  secondsPerPromptToken: 0,
};
const SLOPED: LinearStep = {
  baseSeconds: 0.02,
  secondsPerSequence: 1e-4,
  secondsPerKvToken: 1e-7,
  secondsPerPromptToken: 5e-5,
};

interface Asked {
  readonly arrivals?: Arrivals["kind"];
  readonly rate: number;
  readonly prompt: LengthDistribution;
  readonly output: LengthDistribution;
  readonly limits?: Partial<ServingLimits>;
  readonly step?: LinearStep;
}

function replica({ rate, prompt, output, limits, step = FLAT }: Asked): OccupancyCase {
  const arrivals: Arrivals = { kind: "poisson", rate: requestsPerSecond(rate) };
  return {
    workload: { arrivals, prompt, output, targets: [] },
    replicas: 1,
    limits: { ...ROOMY, ...limits },
    step,
  };
}

const QUICK: OccupancyOptions = {
  seed: 1,
  paths: 400,
  horizonSeconds: 300,
  bands: 10,
  backend: "typed-arrays",
};

const CHAT = { prompt: lognormal(500, 0.8), output: lognormal(200, 0.7), step: SLOPED };

const FIXED = { prompt: fixed(640), output: fixed(256) };

describe("queues whose theory is known", () => {
  test("without limits, sequences are Poisson: rate times length in the mean", async () => {
    const { sequences, overall, everWaits } = await simulateOccupancy(
      replica({
        rate: 10,
        prompt: fixed(320),
        output: fixed(40),
        limits: { kvTokens: tokens(20_000) },
      }),
      QUICK,
    );
    // 10 a second of 40 · 25 ms: 10, but for the first second of 300
    expect(Math.abs(sequences.value - 10)).toBeLessThan(0.1);
    // each holds 320 to 360 tokens, 340 in the mean: the median of Poisson(10) is 10, its 95 % 15, its 99 % 18
    expect(Math.abs(overall.p50 - (10 * 340) / 20_000)).toBeLessThan(0.01);
    expect(Math.abs(overall.p95 - (15.3 * 340) / 20_000)).toBeLessThan(0.012);
    expect(Math.abs(overall.p99 - (18 * 340) / 20_000)).toBeLessThan(0.015);
    expect(everWaits.value).toBe(0);
  });

  test.each([
    // Erlang's C: M/M/1 is the load itself; 1.5 on 2: 2 · 0.75² / (1 + 0.75); 6.4 on 8 from his table
    { servers: 1, load: 0.6, waiting: 0.6 },
    { servers: 2, load: 1.5, waiting: (2 * 0.75 ** 2) / 1.75 },
    { servers: 8, load: 6.4, waiting: 0.4576 },
  ])("M/M/$servers at a load of $load waits as often", async ({ servers, load, waiting }) => {
    const { waits, sequences } = await simulateOccupancy(
      replica({
        rate: load,
        prompt: fixed(1),
        output: exponential,
        limits: { maxBatchSize: servers },
      }),
      QUICK,
    );
    // ticks of a third of a request's length: within 0.03, beside the interval
    expect(waiting).toBeGreaterThan(waits.low - 0.03);
    expect(waiting).toBeLessThan(waits.high + 0.03);
    expect(sequences.value / load).toBeCloseTo(1, 1);
  });
});

async function simulated(one: OccupancyCase, runs: number) {
  const { baseSeconds, secondsPerSequence, secondsPerKvToken, secondsPerPromptToken } = one.step;
  const stepTime = ({ decodes, decodeContext, prefillTokens }: StepLoad) =>
    seconds(
      baseSeconds +
        secondsPerSequence * decodes +
        secondsPerKvToken * decodeContext +
        secondsPerPromptToken * prefillTokens,
    );
  const seeds = Array.from({ length: runs }, (_, seed) => seed);
  const all = await Promise.all(
    seeds.map((seed) =>
      simulateDeployment({ ...one, stepTime }, { seed, horizonSeconds: 600, warmUpSeconds: 0 }),
    ),
  );
  return (value: (one: Awaited<ReturnType<typeof simulateDeployment>>) => number) => {
    const values = all.map(value);
    const mean = values.reduce((sum, own) => sum + own, 0) / runs;
    const variance = values.reduce((sum, own) => sum + (own - mean) ** 2, 0) / (runs - 1);
    // 2.3 standard errors: 95 % of Student's distribution with few runs
    return { mean, half: 2.3 * Math.sqrt(variance / runs) };
  };
}

describe("against the simulation of every request", () => {
  test.each([
    { what: "with room", rate: 1, kvTokens: 60_000, maxBatchSize: 64 },
    { what: "short of room", rate: 1, kvTokens: 16_000, maxBatchSize: 64 },
    { what: "short of seats", rate: 3, kvTokens: 1_000_000, maxBatchSize: 24 },
  ])("$what", async ({ rate, kvTokens, maxBatchSize }) => {
    const limits = { kvTokens: tokens(kvTokens), maxBatchSize };
    const one = replica({ ...CHAT, rate, limits });
    const options = { ...QUICK, horizonSeconds: 600 };
    const walked = await simulateOccupancy(one, options);
    const of = await simulated(one, 8);
    const near = (value: number, { mean, half }: { mean: number; half: number }, more: number) =>
      expect(Math.abs(value - mean)).toBeLessThan(half + more);
    // beside the intervals: 3 % of the sequences, 0.05 of the chance, 3 % of the cache for the ticks
    near(
      walked.sequences.value,
      of(({ sequences }) => sequences),
      0.03 * walked.sequences.value,
    );
    near(
      walked.waits.value,
      of(({ waits }) => waits.value),
      0.05,
    );
    near(
      walked.overall.p50,
      of(({ occupancy }) => occupancy.p50),
      0.03,
    );
    near(
      walked.overall.p95,
      of(({ occupancy }) => occupancy.p95),
      0.03,
    );
  });

  test.each([
    { what: "now and then full", ...CHAT, rate: 1.6, kvTokens: 12_000, tokensPerBlock: 32 },
    { what: "always full", ...CHAT, rate: 3, kvTokens: 12_000, tokensPerBlock: 32 },
    { what: "fixed lengths", ...CHAT, rate: 3, kvTokens: 12_000, tokensPerBlock: 1, ...FIXED },
  ])("max utilization, $what: sequences, and pauses within a third", async (asked) => {
    const { kvTokens, tokensPerBlock } = asked;
    const policy = "max-utilization" as const;
    const limits = { kvTokens: tokens(kvTokens), tokensPerBlock: tokens(tokensPerBlock), policy };
    const one = replica({ ...asked, limits });
    const walked = await simulateOccupancy(one, { ...QUICK, horizonSeconds: 600 });
    const of = await simulated(one, 4);
    const pauses = of((run) => run.pauses.value);
    expect(walked.sequences.value / of(({ sequences }) => sequences).mean).toBeCloseTo(1, 1);
    expect(walked.pauses.value).toBeGreaterThan(0.75 * pauses.mean - pauses.half);
    expect(walked.pauses.value).toBeLessThan(1.33 * pauses.mean + pauses.half);
  });
});

describe("backends", () => {
  const cases = [
    { what: "with room", one: replica({ ...CHAT, rate: 1, limits: { kvTokens: tokens(60_000) } }) },
    {
      what: "short of room",
      one: replica({ ...CHAT, rate: 1, limits: { kvTokens: tokens(16_000) } }),
    },
    {
      what: "pausing",
      one: replica({
        ...CHAT,
        rate: 1.6,
        limits: { kvTokens: tokens(12_000), policy: "max-utilization" },
      }),
    },
  ];
  const few = { ...QUICK, paths: 150, horizonSeconds: 90 };
  const numbers = ({ sequences, waits, pauses, overall, runsOut }: Occupancy) => [
    sequences.value,
    waits.value,
    pauses.value,
    overall.p50,
    overall.p95,
    runsOut.value,
  ];

  test.each(cases)("WebAssembly, JavaScript and typed arrays agree: $what", async ({ one }) => {
    const plain = numbers(await simulateOccupancy(one, few));
    for (const backend of ["wasm", "cpu"] as const) {
      const found = await simulateOccupancy(one, { ...few, backend });
      expect(found.backend).toBe(backend);
      numbers(found).forEach((value, i) => {
        // rounding in float32 moves a few requests of a few paths by a tick
        expect(Math.abs(value - (plain[i] ?? Number.NaN))).toBeLessThan(
          0.02 * Math.max(0.5, value),
        );
      });
    }
  });

  test("TensorFlow's library agrees where it is installed, and else a sentence says that it isn't", async () => {
    const [{ one }] = cases as [(typeof cases)[number]];
    const native = await simulateOccupancy(one, { ...few, backend: "native" }).catch(
      (error: Error) => error.message,
    );
    if (typeof native === "string") {
      expect(native).toMatch(/^no tensors on native: .*@tensorflow\/tfjs-node/);
    } else {
      const plain = numbers(await simulateOccupancy(one, few));
      expect(numbers(native)[0]).toBeCloseTo(plain[0] ?? Number.NaN, 1);
    }
  });

  test("without a choice, it takes the first that loads", async () => {
    const [{ one }] = cases as [(typeof cases)[number]];
    const { backend } = await simulateOccupancy(one, { ...few, paths: 10, backend: undefined });
    expect(["native", "wasm"]).toContain(backend);
  });
});

test.each(["typed-arrays", "wasm", "cpu"] as const)(
  "where seats are short, %s say so and not that the cache runs out",
  async (backend) => {
    const given = { rate: 10, prompt: fixed(320), output: fixed(40) };
    const options = { ...QUICK, backend, paths: 50 };
    // 8 seats of 1 s each for 10 requests a second: more and more wait, and 8 hold 8 · 360 of 20,000 tokens
    const seats = await simulateOccupancy(
      replica({ ...given, limits: { maxBatchSize: 8, kvTokens: tokens(20_000) } }),
      options,
    );
    expect([seats.everWaits.value, seats.runsOut.value]).toEqual([1, 0]);
    expect(seats.overall.p99).toBeLessThan((8 * 360) / 20_000 + 0.01);
    // room for 8 of 64
    const room = await simulateOccupancy(
      replica({ ...given, limits: { kvTokens: tokens(8 * 384) } }),
      options,
    );
    expect([room.everWaits.value, room.runsOut.value]).toEqual([1, 1]);
  },
);

test("a seed gives the same answer again, another one another", async () => {
  const one = replica({ ...CHAT, rate: 1 });
  const [a, b, c] = await Promise.all(
    [1, 1, 2].map((seed) => simulateOccupancy(one, { ...QUICK, paths: 50, seed })),
  );
  expect(a).toEqual(b);
  expect(a?.sequences.value).not.toBe(c?.sequences.value);
});

test("constant arrivals and a trace have their rate", async () => {
  const limits = { kvTokens: tokens(20_000) };
  const poisson = replica({ rate: 2, prompt: fixed(100), output: fixed(40), limits });
  const requests = Array.from({ length: 50 }, (_, i) => ({
    at: seconds(i < 25 ? i * 0.02 : i * 0.5),
    prompt: tokens(100),
    output: tokens(40),
  }));
  const traced: Arrivals = { kind: "trace", rate: requestsPerSecond(2), requests };
  const even: Arrivals = { kind: "constant", rate: requestsPerSecond(2) };
  const walked = async (arrivals: Arrivals) =>
    await simulateOccupancy({ ...poisson, workload: { ...poisson.workload, arrivals } }, QUICK);
  // two a second of one second each
  expect((await walked(even)).sequences.value).toBeCloseTo(2, 1);
  expect((await walked(traced)).sequences.value).toBeCloseTo(2, 1);
  // a burst of 25 within half a second
  expect((await walked(traced)).overall.p99).toBeGreaterThan(4 * (await walked(even)).overall.p99);
});

test("a shared prefix is held once", async () => {
  const one = replica({
    rate: 4,
    prompt: fixed(960),
    output: fixed(40),
    limits: { kvTokens: tokens(20_000), reusesPrefix: true },
  });
  const sharedPrefix = { tokens: tokens(640), share: 1 };
  const { overall } = await simulateOccupancy(
    { ...one, workload: { ...one.workload, sharedPrefix } },
    QUICK,
  );
  // four of 320 tokens to read and 20 made, and 640 once
  expect(Math.abs(overall.p50 - (4 * 340 + 640) / 20_000)).toBeLessThan(0.02);
});

test("a signal stops it", async () => {
  const signal = { aborted: true };
  await expect(
    simulateOccupancy(replica({ ...CHAT, rate: 1 }), { ...QUICK, signal }),
  ).rejects.toThrow("the simulation was cancelled");
});

test("bands shorter than the time between looks are no fuller than others once nothing changes", async () => {
  // a path is looked at every 375 tokens, which take 8 s and more; a band lasts 2 s
  const one = replica({
    rate: 1,
    prompt: lognormal(600, 0.98),
    output: fixed(250),
    limits: { kvTokens: tokens(50_000) },
    step: { ...SLOPED, secondsPerPromptToken: 4e-4 },
  });
  const { bands } = await simulateOccupancy(one, {
    ...QUICK,
    paths: 2000,
    horizonSeconds: 200,
    bands: 100,
  });
  const settled = bands.filter(({ fromSeconds }) => fromSeconds >= 60).map(({ p50 }) => p50.value);
  const mean = settled.reduce((sum, value) => sum + value, 0) / settled.length;
  expect(settled.length).toBe(70);
  for (const p50 of settled) {
    // a tick alone would part them by 12 %: slow paths are looked at while others have passed
    expect(Math.abs(p50 / mean - 1)).toBeLessThan(0.07);
  }
});

test("quantiles over time have intervals, narrower with more paths, about what very many paths say", async () => {
  const limits = { kvTokens: tokens(40_000) };
  const one = replica({ ...CHAT, rate: 2, limits });
  const walked = async (paths: number, seed: number) =>
    (await simulateOccupancy(one, { ...QUICK, paths, seed, horizonSeconds: 120, bands: 6 })).bands;
  const truth = await walked(4000, 99);
  const runs = await Promise.all(Array.from({ length: 12 }, (_, i) => walked(200, i + 1)));
  const many = await walked(1800, 1);
  const bands = runs.flatMap((run) => run.map((band, i) => ({ band, i })));
  const misses = (["p50", "p95"] as const).flatMap((of) =>
    bands.filter(({ band, i }) => {
      const value = truth[i]?.[of].value ?? Number.NaN;
      return value < band[of].low || value > band[of].high;
    }),
  );
  // 144 of which 7 miss in expectation; bands of one run depend on each other
  expect(misses.length).toBeLessThan(24);
  const width = ({ p50 }: (typeof many)[number]) => p50.high - p50.low;
  const meanWidth = (all: typeof many) => all.reduce((sum, band) => sum + width(band), 0);
  expect(meanWidth(many)).toBeGreaterThan(0);
  expect(meanWidth(many)).toBeLessThan(meanWidth(runs[0] ?? []) / 2);
});

test("many paths are walked in parts: whoever walks them, and in which order, the answer has the same digits", async () => {
  const one = replica({ ...CHAT, rate: 3 });
  const options = { ...QUICK, paths: 7600, horizonSeconds: 15 };
  const parts = pathParts(options);
  expect(parts).toHaveLength(3);
  expect(parts.reduce((sum, { paths }) => sum + paths, 0)).toBe(7600);
  const backwards = [];
  for (const part of parts.toReversed()) {
    backwards.unshift(await walkPart(one, options, part));
  }
  expect(occupancyOf(backwards, options)).toEqual(await simulateOccupancy(one, options));
  // each part has random numbers of its own
  expect(new Set(backwards.map(({ requests }) => requests.slice(0, 50).join())).size).toBe(3);
});
