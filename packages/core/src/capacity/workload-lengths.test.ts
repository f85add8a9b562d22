import { expect, test } from "vitest";
import { requestsPerSecond, seconds, tokens } from "../units/units.ts";
import type { StepTime } from "./serving-limits.ts";
import type { LengthDistribution, Workload } from "./workload.ts";
import { lengthAt, lengthMoments } from "./workload-lengths.ts";

const lognormal = (sigma: number, most = 1_000_000): LengthDistribution => ({
  kind: "lognormal",
  median: tokens(1000),
  sigma,
  least: tokens(1),
  most: tokens(most),
});

const quantiles: LengthDistribution = {
  kind: "quantiles",
  points: [
    { share: 0, tokens: tokens(10) },
    { share: 0.5, tokens: tokens(100) },
    { share: 1, tokens: tokens(300) },
  ],
};

const histogram: LengthDistribution = {
  kind: "histogram",
  bins: [
    { from: tokens(1), to: tokens(11), weight: 3 },
    { from: tokens(100), to: tokens(200), weight: 1 },
  ],
};

const sample: LengthDistribution = { kind: "sample", sorted: [3, 5, 8, 400].map(tokens) };

test.each([
  { lengths: { kind: "fixed", tokens: tokens(7) } as const, u: 0.99, expected: 7 },
  // the median of a lognormal; one standard deviation above it: 1000 · e^0.5 = 1649 at 84.13 %
  { lengths: lognormal(0.5), u: 0.5, expected: 1000 },
  { lengths: lognormal(0.5), u: 0.8413447, expected: 1649 },
  { lengths: lognormal(0.5, 1200), u: 0.8413447, expected: 1200 },
  { lengths: lognormal(0.5), u: 1, expected: 1_000_000 },
  { lengths: lognormal(0.5), u: 0, expected: 1 },
  // half of the way from 10 to 100, then from 100 to 300
  { lengths: quantiles, u: 0.25, expected: 55 },
  { lengths: quantiles, u: 0.75, expected: 200 },
  { lengths: quantiles, u: 0, expected: 10 },
  { lengths: quantiles, u: 1, expected: 300 },
  // three quarters of the weight lie in 1 … 10: 0.375 is their middle
  { lengths: histogram, u: 0.375, expected: 5 },
  { lengths: histogram, u: 0.75, expected: 10 },
  { lengths: histogram, u: 1, expected: 199 },
  { lengths: sample, u: 0.25, expected: 5 },
  { lengths: sample, u: 1, expected: 400 },
])("$lengths.kind at $u is $expected", ({ lengths, u, expected }) => {
  expect(lengthAt(lengths, u)).toBe(expected);
});

test("mean and mean square", () => {
  expect(lengthMoments({ kind: "fixed", tokens: tokens(7) })).toEqual({ mean: 7, meanSquare: 49 });
  // (3 + 5 + 8 + 400) / 4 = 104 and (9 + 25 + 64 + 160000) / 4 = 40024.5
  expect(lengthMoments(sample)).toEqual({ mean: 104, meanSquare: 40024.5 });
  // mean of a lognormal: median · e^(sigma²/2) = 1000 · e^0.5; mean square: median² · e^(2 sigma²)
  const { mean, meanSquare } = lengthMoments(lognormal(1));
  expect(mean / (1000 * Math.exp(0.5))).toBeCloseTo(1, 1);
  expect(meanSquare / (1e6 * Math.exp(2))).toBeGreaterThan(0.9);
});

test("a workload carries its units", () => {
  const workload: Workload = {
    arrivals: { kind: "poisson", rate: requestsPerSecond(2) },
    prompt: lognormal(1),
    output: sample,
    targets: [{ metric: "ttft", percentile: 0.95, most: seconds(1) }],
  };
  expect(workload.arrivals.rate * 60).toBe(120);
  const stepTime: StepTime = ({ decodes }) => seconds(decodes / 1000);
  expect(stepTime({ decodes: 8, decodeContext: 0, prefillTokens: 0, prefillPairs: 0 })).toBe(0.008);
  expect(() => seconds(Number.NaN)).toThrow(RangeError);
});
