import * as z from "zod";
import type { Amount, FleetCosts, FleetWorkload } from "./workload-types.ts";

/** Longest text of an amount; what an expression may have more is refused where it is read. */
const MOST_CHARACTERS = 500;
/** Points of a distribution; a histogram of a million requests needs no more. */
const MOST_POINTS = 1000;
const MOST_TARGETS = 10;

/** A number, or an expression over `vars` and units. Read by `evaluateExpression`. */
const amount = z.union([z.number().min(0), z.string().min(1).max(MOST_CHARACTERS)]);
const share = z.number().min(0).max(1);

const lognormal = z.strictObject({
  median: amount,
  p95: amount.optional(),
  sigma: amount.optional(),
  most: amount.optional(),
});
const quantiles = z.strictObject({
  quantiles: z
    .array(z.strictObject({ share, tokens: amount }))
    .min(2)
    .max(MOST_POINTS),
});
const histogram = z.strictObject({
  histogram: z
    .array(z.strictObject({ from: amount, to: amount, weight: z.number().min(0) }))
    .min(1)
    .max(MOST_POINTS),
});

const lengths = z.union([amount, lognormal, quantiles, histogram]);

const sharedPrefix = z.strictObject({
  tokens: amount,
  share: amount.optional().describe("share of the requests that begin with it; 1 by default"),
});

const target = z.strictObject({
  metric: z.enum(["ttft", "tpot", "e2e"]),
  percentile: z
    .number()
    .min(1, "expected a percentile from 1 to below 100, such as 95")
    .lt(100, "expected a percentile from 1 to below 100, such as 95")
    .optional()
    .describe("95 by default"),
  most: amount.describe('"500 ms", "0.5 minutes", or seconds'),
});

/** What a model is asked to serve. */
const workloadObject = z.strictObject({
  rate: amount
    .optional()
    .describe('requests a second, all replicas together, or with a unit: "12 requests / minute"'),
  arrivals: z.enum(["poisson", "constant"]).optional(),
  trace: z
    .string()
    .min(1)
    .optional()
    .describe(
      "CSV file of time, prompt tokens and output tokens, or of BurstGPT or Azure; gives what is not said here",
    ),
  prompt: lengths
    .optional()
    .describe("tokens: one number, median with p95 or sigma, quantiles, or a histogram"),
  output: lengths.optional(),
  sharedPrefix: sharedPrefix.optional(),
  targets: z.array(target).min(1).max(MOST_TARGETS).optional(),
});

const costsObject = z.strictObject({
  perKwh: z.number().min(0).optional(),
  perGpuHour: z
    .union([z.number().min(0), z.record(z.string(), z.number().min(0))])
    .optional()
    .describe("one price for every card, or one a catalogue id"),
});

export const workload: z.ZodType<FleetWorkload> = workloadObject;
export const costs: z.ZodType<FleetCosts> = costsObject;

/** Names for the expressions of amounts: numbers, quantities such as "500 ms", or expressions over the names before them. */
export const vars: z.ZodType<Readonly<Record<string, Amount>>> = z.record(
  z
    .string()
    .regex(
      /^[A-Za-z][A-Za-z0-9_]*$/,
      "expected a name of letters, digits and _ that begins with a letter",
    ),
  amount,
);
