import * as z from "zod";
import { engineIds } from "../catalog/engine-catalog.ts";
import { COMPUTE_FORMATS } from "../engine/engine.ts";
import type { EstimateDocument } from "./estimate-document.ts";

const text = z.string();
const count = z.int().min(0);
const size = z.int();
const finite = z.number();
const texts = z.array(text);

const bounds = { bytes: size, lowBytes: size, highBytes: size };

const term = z.strictObject({
  id: text,
  ...bounds,
  basis: z.enum(["stated", "measured", "derived", "assumed"]),
  law: text,
  values: z.record(text, finite),
  sources: texts,
  taken: z.enum(["before-kv", "after-kv"]),
  published: z.strictObject(bounds).exactOptional(),
});

const rank = z.strictObject({
  rank: count,
  gpu: text,
  memoryBytes: size,
  layers: count,
  terms: z.array(term),
  kv: z.strictObject({
    bytesPerToken: finite,
    bytesPerSequence: finite,
    budgetBytes: size,
    blocks: count,
    tokens: count,
    cross: z
      .strictObject({
        bytesPerToken: finite,
        tokensPerSequence: count,
        share: finite.exactOptional(),
        tokens: count.exactOptional(),
      })
      .exactOptional(),
  }),
});

const verdict = z.strictObject({
  stores: text,
  computes: z.enum(COMPUTE_FORMATS).exactOptional(),
  sources: texts,
});

const options = z.strictObject({
  beamWidth: count.exactOptional(),
  gpuWeightsPercent: finite.exactOptional(),
  attentionDp: z.boolean().exactOptional(),
  draftLayers: count.exactOptional(),
  draftTokens: count.exactOptional(),
  imagesPerPrompt: count.exactOptional(),
  tensorSplit: z.array(finite).exactOptional(),
  ppPartition: z.array(count).exactOptional(),
  crossKvFraction: finite.exactOptional(),
  throughHost: z.boolean().exactOptional(),
});

const estimate = z.strictObject({
  schema: z.literal("berth/estimate@1"),
  id: text.exactOptional().describe("of a line of --batch that has one"),
  model: z.strictObject({
    id: text,
    parameters: z.strictObject({
      total: count,
      active: count,
      byRole: z.strictObject({
        embedding: count,
        attention: count,
        mlp: count,
        expert: count,
        router: count,
        norm: count,
        head: count,
        vision: count,
        other: count,
      }),
    }),
  }),
  engine: z.strictObject({ id: z.enum(engineIds()), version: text }),
  quantization: text,
  kvCacheDtype: text,
  precision: z.strictObject({ weights: verdict, kvCache: verdict }),
  maxBatchSize: count,
  maxNumTokens: count,
  maxSeqLen: count,
  tokensPerBlock: count,
  kvFraction: finite.exactOptional(),
  options: options.exactOptional(),
  ranks: z.array(rank),
  kvTokens: count,
  kvTokensLow: count,
  kvTokensHigh: count,
  maxSequences: count,
  start: z.strictObject({ share: finite, tokensPerSequence: finite }).exactOptional(),
  nullBlocks: count.exactOptional(),
  fits: z.boolean(),
  fitProbability: z.number().min(0).max(1),
  reasons: z.array(z.strictObject({ code: text, text })),
  warnings: texts,
}) satisfies z.ZodType<EstimateDocument>;

/** The JSON Schema of what `berth estimate --json` prints, and of a line of `--batch` that is no error. */
export function estimateJsonSchema(): object {
  return z.toJSONSchema(estimate);
}
