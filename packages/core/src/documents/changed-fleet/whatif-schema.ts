import * as z from "zod";

const count = z.int().min(0);
const positive = z.number().min(0);

const change = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("add"),
    gpu: z.string().describe("id in the catalogue"),
    count: z.int().min(1),
    host: z.string().exactOptional().describe("absent: the host with most cards"),
  }),
  z.strictObject({ kind: z.literal("remove"), id: z.string() }),
  z.strictObject({ kind: z.literal("swap"), id: z.string(), gpu: z.string() }),
  z.strictObject({ kind: z.literal("scale-rate"), times: positive }),
]);

const fleet = z.strictObject({
  status: z.enum(["optimal", "feasible", "infeasible"]),
  cards: count,
  placed: count,
  unplaced: z.array(z.string()),
  worstShare: z
    .number()
    .min(0)
    .max(1)
    .describe("share of what it wants that the worst-served model gets; 0 where one has no place"),
  sequences: count,
  kvTokens: count,
  costPerMillionTokens: positive
    .exactOptional()
    .describe("of tokens that are read or written, at the asked rates; absent without prices"),
  mostTokensPerSecond: positive.exactOptional().describe("output tokens, at the most"),
  targets: count.exactOptional(),
  targetsMet: count.exactOptional(),
  served: count.exactOptional().describe("models that are asked for no more than they can serve"),
  toOutlive: count.exactOptional().describe("models that are to outlive a loss"),
  outlive: count
    .exactOptional()
    .describe("those of them that do: what is left holds their least and carries their rate"),
  notOutlived: z
    .array(z.strictObject({ model: z.string(), text: z.string() }))
    .exactOptional()
    .describe("why the others don't"),
});

const layout = z.strictObject({
  replicas: z.int().min(1),
  quantization: z.string(),
  tp: z.int().min(1),
  pp: z.int().min(1),
  cards: z
    .array(z.strictObject({ gpu: z.string(), count: z.int().min(1) }))
    .describe("cards of each replica, by their kinds"),
});

const state = z.strictObject({
  replicas: z.int().min(1),
  layouts: z
    .array(layout)
    .min(1)
    .describe("replicas that run alike together; the keys below are the first one's"),
  quantization: z.string(),
  tp: z.int().min(1),
  pp: z.int().min(1),
  gpus: z.array(z.string()),
  sequences: count,
  kvTokens: count,
  requestsPerSecond: positive.exactOptional(),
  mostRequestsPerSecond: positive.exactOptional(),
  mostTokensPerSecond: positive.exactOptional(),
  isServed: z.boolean().exactOptional(),
  targets: count.exactOptional(),
  targetsMet: count.exactOptional(),
});

const whatIf = z.strictObject({
  schema: z.literal("berth/whatif@1"),
  changes: z.array(change),
  before: fleet,
  after: fleet,
  models: z.array(
    z.strictObject({
      model: z.string(),
      before: state.exactOptional().describe("absent where it has no place"),
      after: state.exactOptional(),
    }),
  ),
  buy: z
    .array(
      z.strictObject({
        gpu: z.string(),
        name: z.string(),
        host: z.string(),
        state: fleet.describe("what the fleet comes to with it"),
        brings: z
          .enum(["models", "served", "targets", "share", "tokens", "sequences", "nothing"])
          .describe("the first of these of which there is more"),
        watts: positive,
        perHour: positive.exactOptional(),
      }),
    )
    .exactOptional()
    .describe("best first"),
  withoutBuying: z
    .strictObject({
      state: fleet,
      sizes: z
        .array(z.strictObject({ model: z.string(), replicas: count, sequences: count }))
        .describe("models that are sized otherwise"),
    })
    .exactOptional()
    .describe("what the cards that are there come to, where that is more than `after`"),
  warnings: z.array(z.string()),
});

/** The JSON Schema (2020-12) of what `berth whatif --json` prints; `data/schemas/whatif.schema.json` is made from it. */
export function whatIfJsonSchema(): object {
  return z.toJSONSchema(whatIf satisfies z.ZodType);
}
