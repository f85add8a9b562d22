import * as z from "zod";

const share = z.number().min(0).max(1);
const tokens = z.int().min(1);

const lengths = z.discriminatedUnion("kind", [
  z.looseObject({ kind: z.literal("fixed"), tokens }),
  z.looseObject({
    kind: z.literal("lognormal"),
    median: tokens,
    sigma: z.number().min(0),
    least: tokens,
    most: tokens,
  }),
  z.looseObject({
    kind: z.literal("quantiles"),
    points: z.array(z.looseObject({ share, tokens })).min(1),
  }),
  z.looseObject({
    kind: z.literal("histogram"),
    bins: z.array(z.looseObject({ from: tokens, to: tokens, weight: z.number().min(0) })).min(1),
  }),
]);

/** A latency target of a plan document. */
export const planTarget: z.ZodType = z.looseObject({
  metric: z.enum(["ttft", "tpot", "e2e"]),
  percentile: z.number().gt(0).lt(1),
  mostSeconds: z.number().gt(0),
});

/** A workload of a plan document: numbers only. */
export const planWorkload: z.ZodType = z.looseObject({
  model: z.string(),
  arrivals: z.enum(["poisson", "constant", "trace"]),
  requestsPerSecond: z.number().min(0).optional(),
  trace: z.string().optional(),
  prompt: lengths.optional(),
  output: lengths.optional(),
  sharedPrefix: z.looseObject({ tokens, share }).optional(),
  targets: z.array(planTarget),
});

export const planCosts: z.ZodType = z.looseObject({
  perKwh: z.number().min(0).optional(),
  perGpuHour: z.union([z.number().min(0), z.record(z.string(), z.number().min(0))]).optional(),
});
