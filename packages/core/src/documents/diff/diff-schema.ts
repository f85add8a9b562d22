import * as z from "zod";
import { engineIds } from "../../catalog/engine-catalog.ts";
import type { PlanDiff } from "./plan-diff.ts";

const text = z.string();
const count = z.int().min(0);
const size = z.int();
const finite = z.number();

const place = z.strictObject({
  source: text,
  gpus: z.array(text),
  engine: z.looseObject({ id: z.enum(engineIds()), version: text }),
  quantization: text,
  kvCacheDtype: text,
  tp: count,
  pp: count,
  maxSeqLen: count,
  concurrentSequences: count,
  kvTokens: count,
  startOrder: count,
  knobs: z.strictObject({
    freeGpuMemFraction: finite.exactOptional(),
    gpuMemoryUtilization: finite.exactOptional(),
    numGpuBlocks: count.exactOptional(),
    memFractionStatic: finite.exactOptional(),
    ctxSize: count.exactOptional(),
    parallel: count.exactOptional(),
    gpuLayers: count.exactOptional(),
    tensorSplit: z.array(count).exactOptional(),
  }),
});

const memory = z.strictObject({
  memoryBytes: size,
  usedByOthersBytes: size,
  plannedBytes: size,
  freeBytes: size,
});

const objective = z.looseObject({
  value: finite,
  bound: finite,
  gap: finite,
  terms: z.array(z.looseObject({ id: text, value: finite, bound: finite })),
});

const aspects = [
  "model",
  "engine",
  "precision",
  "kv-type",
  "layout",
  "cards",
  "limits",
  "kv-size",
  "start",
] as const;

const diff = z.strictObject({
  schema: z.literal("berth/plan-diff@1"),
  isSame: z.boolean(),
  models: z.array(
    z.strictObject({
      model: text,
      replica: count,
      change: z.enum(["added", "removed", "moved", "resized", "changed", "reordered"]),
      aspects: z.array(z.enum(aspects)),
      before: place.exactOptional(),
      after: place.exactOptional(),
    }),
  ),
  unplaced: z.strictObject({ before: z.array(text), after: z.array(text) }),
  gpus: z.array(
    z.strictObject({
      id: text,
      before: memory.exactOptional(),
      after: memory.exactOptional(),
    }),
  ),
  objective: z.strictObject({ before: objective, after: objective }),
}) satisfies z.ZodType<PlanDiff>;

/** The JSON Schema of what `berth diff --json` prints. */
export function diffJsonSchema(): object {
  return z.toJSONSchema(diff);
}
