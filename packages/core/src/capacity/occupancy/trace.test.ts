import { describe, expect, test } from "vitest";
import { requestsPerSecond, seconds, tokens } from "../../units/units.ts";
import type { LinearStep } from "../linear-step.ts";
import type { ServingLimits } from "../serving-limits.ts";
import { simulateDeployment } from "../simulation/simulate.ts";
import type { TraceRequest } from "../workload.ts";
import { simulateOccupancy } from "./occupancy.ts";
import type { OccupancyCase } from "./occupancy-case.ts";
import { requestSample } from "./requests.ts";

const LIMITS: ServingLimits = {
  kvTokens: tokens(100_000),
  tokensPerBlock: tokens(1),
  maxBatchSize: 256,
  maxNumTokens: tokens(8192),
  maxSeqLen: tokens(16_384),
  hasChunkedPrefill: true,
  policy: "max-utilization",
  reusesPrefix: false,
};

/** 25 ms a step, whatever it holds. */
const STEP: LinearStep = {
  baseSeconds: 0.025,
  secondsPerSequence: 0,
  secondsPerKvToken: 0,
  secondsPerPromptToken: 0,
};

type Line = readonly [at: number, prompt: number, output: number];

function traceOf(lines: readonly Line[], rate: number): OccupancyCase {
  const requests = lines.map(
    ([at, prompt, output]): TraceRequest => ({
      at: seconds(at),
      prompt: tokens(prompt),
      output: tokens(output),
    }),
  );
  const lengths = { kind: "fixed", tokens: tokens(100) } as const;
  return {
    workload: {
      arrivals: { kind: "trace", rate: requestsPerSecond(rate), requests },
      prompt: lengths,
      output: lengths,
      targets: [],
    },
    replicas: 1,
    limits: LIMITS,
    step: STEP,
  };
}

const OPTIONS = {
  seed: 1,
  paths: 100,
  horizonSeconds: 1200,
  bands: 1,
  backend: "typed-arrays",
} as const;

/** What a replica holds of a cache of 100,000 tokens, request by request and by many paths. */
async function both(one: OccupancyCase) {
  const walked = await simulateOccupancy(one, OPTIONS);
  const followed = await simulateDeployment(
    { ...one, stepTime: () => seconds(STEP.baseSeconds) },
    { seed: 1, horizonSeconds: 6000, warmUpSeconds: 0 },
  );
  return { walked: walked.overall, followed: followed.occupancy, sequences: walked.sequences };
}

describe("every request of a trace counts once, with its own lengths", () => {
  test("where every second one of very many is long", () => {
    const lines = Array.from({ length: 8192 }, (_, i): Line => [i, 100, i % 2 === 0 ? 10 : 200]);
    const { workload } = traceOf(lines, 1);
    const { meanOutput, outputs } = requestSample(workload, LIMITS, 3);
    expect(meanOutput).toBeCloseTo(105, 9);
    expect(outputs.map(({ value }) => Math.round(value))).toEqual([10, 200]);
  });

  test("where those with long prompts have long outputs, or short ones", async () => {
    const like = Array.from(
      { length: 600 },
      (_, i): Line => [2 * i, i % 2 === 0 ? 8000 : 100, i % 2 === 0 ? 1200 : 40],
    );
    const unlike = like.map(([at, prompt, output]): Line => [at, prompt, 1240 - output]);
    const [alike, other] = [await both(traceOf(like, 0.5)), await both(traceOf(unlike, 0.5))];
    // prompts are held for 30 s where outputs are as long, and for 1 s where they are not
    expect(alike.walked.p50).toBeGreaterThan(4 * other.walked.p50);
    for (const { walked, followed } of [alike, other]) {
      expect(Math.abs(walked.p50 / followed.p50 - 1)).toBeLessThan(0.15);
    }
  });
});

test("a burst of long requests fills the cache as it would one by one", async () => {
  // one a second with little to hold; once in ten minutes thirty long ones within a second
  const lines = Array.from({ length: 600 }, (_, i): Line => [i, 200, 40]);
  const burst = Array.from({ length: 30 }, (_, i): Line => [300 + i / 30, 2500, 1200]);
  const sorted = [...lines, ...burst].toSorted((a, b) => a[0] - b[0]);
  const { walked, followed } = await both(traceOf(sorted, 630 / 600));
  // 30 of some 3,000 tokens: nearly all of it; spread over the ten minutes they would hold a few hundredths
  expect(followed.p99).toBeGreaterThan(0.8);
  expect(Math.abs(walked.p99 / followed.p99 - 1)).toBeLessThan(0.1);
  expect(Math.abs(walked.p50 - followed.p50)).toBeLessThan(0.002);
});
