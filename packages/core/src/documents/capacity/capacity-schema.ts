import * as z from "zod";

const share = z.number().min(0).max(1);
const positive = z.number().min(0);
const metric = z.enum(["ttft", "tpot", "e2e"]);

const energy = z.strictObject({
  watts: positive.describe("power limits of its cards: an upper bound"),
  kwhPerMillionTokens: positive.optional(),
  costPerMillionTokens: positive.optional().describe("in the currency of the prices"),
});

const model = z.strictObject({
  model: z.string(),
  requestsPerSecond: positive,
  mostRequestsPerSecond: positive.describe("what all its replicas can serve"),
  utilization: positive,
  isServed: z.boolean(),
  inputTokensPerSecond: positive,
  outputTokensPerSecond: positive,
  concurrency: z.strictObject({
    running: positive.exactOptional(),
    most: positive,
    limit: z.enum(["kv-cache", "batch-size", "step-tokens"]),
  }),
  latencies: z.array(
    z.strictObject({
      metric,
      percentile: share,
      seconds: positive,
      lowSeconds: positive,
      highSeconds: positive,
    }),
  ),
  kvOccupancy: z.strictObject({ p50: share, p95: share, p99: share }).exactOptional(),
  chanceToWait: share.exactOptional(),
  targets: z.array(
    z.strictObject({
      metric,
      percentile: share,
      mostSeconds: positive,
      isMet: z.boolean(),
      breaksAtRequestsPerSecond: positive,
    }),
  ),
  energy,
  replicas: z.array(
    z.strictObject({
      replica: z.int().min(0),
      gpus: z.array(z.string()),
      weight: share,
      mostRequestsPerSecond: positive,
      slowdown: z.number().min(1),
    }),
  ),
});

const capacity = z.strictObject({
  schema: z.literal("berth/capacity@1"),
  models: z.array(model),
  fleet: z.strictObject({
    requestsPerSecond: positive,
    inputTokensPerSecond: positive,
    outputTokensPerSecond: positive,
    energy,
  }),
  warnings: z.array(z.string()),
});

/** The JSON Schema (2020-12) of what `berth capacity --json` prints; `data/schemas/capacity.schema.json` is made from it. */
export function capacityJsonSchema(): object {
  return z.toJSONSchema(capacity satisfies z.ZodType);
}
