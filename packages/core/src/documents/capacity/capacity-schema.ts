import * as z from "zod";

const share = z.number().min(0).max(1);
const positive = z.number().min(0);
const metric = z.enum(["ttft", "tpot", "e2e"]);

const energy = z.strictObject({
  watts: positive.describe("power limits of its cards: an upper bound"),
  kwhPerMillionTokens: positive.optional(),
  costPerMillionTokens: positive.optional().describe("in the currency of the prices"),
});

const interval = z
  .strictObject({ value: positive, low: positive, high: positive })
  .describe("the truth lies within in 95 of 100 cases");
const quantiles = { p50: share, p95: share, p99: share };
const kvIntervals = z
  .strictObject({ p50: interval, p95: interval, p99: interval })
  .describe("kvOccupancy with intervals");
const likes = z.array(z.int().min(0)).describe("replicas that are alike");

const occupancy = z.strictObject({
  replicas: likes,
  sequences: interval,
  waits: interval.describe("the chance that a request finds no seat or no room"),
  pauses: interval.describe("pauses a request"),
  everWaits: interval,
  runsOut: interval.describe(
    "the chance that the cache has no room once for a request with a seat",
  ),
  kvOccupancy: z.strictObject(quantiles),
  kvIntervals,
  bands: z.array(z.strictObject({ fromSeconds: positive, toSeconds: positive, ...quantiles })),
  bandIntervals: z.array(kvIntervals).describe("the quantiles of each of bands"),
});

const quantile = { percentile: share, seconds: positive };
const latency = {
  metric: z.enum(["ttft", "tpot", "e2e", "queueing"]),
  meanSeconds: interval,
  p50Seconds: positive,
  p95Seconds: positive,
  p99Seconds: positive,
};

const simulated = z.strictObject({
  replicas: likes,
  requests: z.int().min(0),
  steps: z.int().min(0),
  sequences: positive,
  waits: interval.exactOptional(),
  pauses: interval.exactOptional(),
  kvOccupancy: z.strictObject(quantiles),
  kvIntervals,
  latencies: z.array(z.strictObject({ ...latency, quantiles: z.array(z.strictObject(quantile)) })),
  inputTokensPerSecond: positive,
  outputTokensPerSecond: positive,
});

const simulatedRequests = z
  .strictObject({
    requests: z.int().min(0).describe("followed: of replicas that are alike, those of one"),
    latencies: z.array(
      z.strictObject({
        ...latency,
        quantiles: z.array(
          z.strictObject({ ...quantile, closedFormSeconds: positive.exactOptional() }),
        ),
      }),
    ),
    targets: z.array(
      z.strictObject({
        metric,
        percentile: share,
        mostSeconds: positive,
        seconds: positive,
        isMet: z.boolean(),
      }),
    ),
  })
  .describe("what the requests to all replicas met, whichever they went to");

const answered = {
  latencies: z.array(
    z.strictObject({
      metric,
      percentile: share,
      seconds: positive,
      lowSeconds: positive,
      highSeconds: positive,
    }),
  ),
  kvOccupancy: z
    .strictObject({ ...quantiles, replica: z.int().min(0) })
    .describe("of the fullest replica")
    .exactOptional(),
  chanceToWait: share.exactOptional(),
};

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
  ...answered,
  targets: z.array(
    z.strictObject({
      metric,
      percentile: share,
      mostSeconds: positive,
      isMet: z.boolean(),
      breaksAtRequestsPerSecond: positive,
    }),
  ),
  afterLoss: z
    .array(
      z.strictObject({
        loss: z.enum(["gpu", "host"]),
        lost: z.string().describe("the card or host whose loss takes most"),
        requestsPerSecond: positive.describe("what is still carried within all targets"),
        isEnough: z.boolean(),
      }),
    )
    .describe("of any one card, and of any one host"),
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
  curve: z
    .array(z.strictObject({ requestsPerSecond: positive, ...answered }))
    .describe("at rising rates, where it was asked for")
    .exactOptional(),
  occupancy: z.array(occupancy).exactOptional(),
  simulated: z.array(simulated).exactOptional(),
  simulatedRequests: simulatedRequests.exactOptional(),
});

const unplaced = z.strictObject({
  model: z.string(),
  requestsPerSecond: positive.exactOptional(),
  targets: z.array(z.strictObject({ metric, percentile: share, mostSeconds: positive })),
});

const capacity = z.strictObject({
  schema: z.literal("berth/capacity@1"),
  models: z.array(model),
  unplaced: z.array(unplaced).describe("models without a place: they serve nothing"),
  fleet: z.strictObject({
    requestsPerSecond: positive,
    inputTokensPerSecond: positive,
    outputTokensPerSecond: positive,
    energy,
  }),
  monteCarlo: z
    .strictObject({
      backend: z.string(),
      paths: z.int().min(1),
      seed: z.int().min(0),
      minutes: positive,
    })
    .exactOptional(),
  simulation: z.strictObject({ seed: z.int().min(0), minutes: positive }).exactOptional(),
  warnings: z.array(z.string()),
});

/** The JSON Schema (2020-12) of what `berth capacity --json` prints; `data/schemas/capacity.schema.json` is made from it. */
export function capacityJsonSchema(): object {
  return z.toJSONSchema(capacity satisfies z.ZodType);
}
