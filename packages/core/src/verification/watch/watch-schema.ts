import * as z from "zod";

const text = z.string();
const size = z.number().min(0);
const count = z.int().min(0);

const share = z.looseObject({
  engines: z.array(text).min(1),
  plannedBytes: size,
  processes: count,
  usedBytes: size.optional(),
});

const gpu = z.looseObject({
  id: text,
  host: text,
  uuid: text.optional(),
  memoryBytes: size,
  plannedBytes: size,
  othersPlannedBytes: size,
  allowedBytes: size,
  likelyBytes: size,
  nearBytes: size,
  usedBytes: size.optional(),
  freeBytes: size.optional(),
  othersBytes: size.optional(),
  shares: z.array(share),
});

const engine = z.looseObject({
  name: text,
  engine: text,
  gpus: z.array(text).min(1),
  kvPlannedTokens: count,
  kvTokens: count.optional(),
  kvUsedTokens: count.optional(),
});

const alarm = z.union([
  z.looseObject({
    code: z.enum(["card-near", "card-over"]),
    text,
    gpu: text,
    usedBytes: size,
    allowedBytes: size,
  }),
  z.looseObject({
    code: z.literal("others-hold-more"),
    text,
    gpu: text,
    plannedBytes: size,
    foundBytes: size,
  }),
  z.looseObject({ code: z.literal("card-missing"), text, gpu: text }),
  z.looseObject({
    code: z.literal("engine-over"),
    text,
    engine: text,
    gpu: text,
    usedBytes: size,
    allowedBytes: size,
  }),
  z.looseObject({
    code: z.literal("kv-short"),
    text,
    engine: text,
    plannedTokens: size,
    tokens: size,
  }),
]);

const watch = z.looseObject({
  schema: z.literal("berth/watch@1"),
  at: text,
  holds: z.boolean(),
  gpus: z.array(gpu),
  engines: z.array(engine),
  alarms: z.array(alarm),
  sources: z.array(z.looseObject({ name: text, isUp: z.boolean(), problem: text.optional() })),
});

/** The JSON Schema of what `berth watch --json` prints at each look. */
export function watchJsonSchema(): object {
  return z.toJSONSchema(watch);
}
