import { expect, test } from "vitest";
import { seconds } from "../units/units.ts";
import { linearStep } from "./linear-step.ts";
import type { StepLoad } from "./serving-limits.ts";

const RANGE = { sequences: 64, kvTokens: 64_000, promptTokens: 3000, maxNumTokens: 2048 };

test("a plane is found again", () => {
  const plane = linearStep(
    ({ decodes, decodeContext, prefillTokens }: StepLoad) =>
      seconds(0.02 + 1e-4 * decodes + 1e-7 * decodeContext + 5e-5 * prefillTokens),
    RANGE,
  );
  expect(plane.baseSeconds).toBeCloseTo(0.02, 9);
  expect(plane.secondsPerSequence).toBeCloseTo(1e-4, 9);
  expect(plane.secondsPerKvToken).toBeCloseTo(1e-7, 12);
  expect(plane.secondsPerPromptToken).toBeCloseTo(5e-5, 9);
});

test("a slope that would be negative is left out, and the base stays above 0", () => {
  const { baseSeconds, secondsPerSequence, secondsPerKvToken } = linearStep(
    ({ decodes, decodeContext }: StepLoad) => seconds(0.01 + 1e-6 * decodeContext - 1e-5 * decodes),
    RANGE,
  );
  expect(secondsPerSequence).toBe(0);
  expect(secondsPerKvToken).toBeGreaterThan(0);
  expect(baseSeconds).toBeGreaterThan(0);
});

test("a roofline with a corner: within a tenth at every point of the range", () => {
  const corner = ({ decodes, decodeContext }: StepLoad) =>
    seconds(Math.max(0.02 + 1e-7 * decodeContext, 4e-4 * decodes));
  const plane = linearStep(corner, RANGE);
  for (const decodes of [1, 8, 32, 64]) {
    const load = { decodes, decodeContext: 1000 * decodes, prefillTokens: 0, prefillPairs: 0 };
    const at =
      plane.baseSeconds +
      plane.secondsPerSequence * decodes +
      plane.secondsPerKvToken * load.decodeContext;
    expect(Math.abs(at / corner(load) - 1)).toBeLessThan(0.15);
  }
});
