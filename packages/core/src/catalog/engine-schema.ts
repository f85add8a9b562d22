import { z } from "zod";
import { CROSS_HOLDINGS, type CrossAttentionRule } from "../engine/cross-attention.ts";
import { COMPUTE_FORMATS } from "../engine/engine.ts";
import { FACT_NAMES } from "../engine/fact-names.ts";
import type { ResumeLimit } from "../engine/resume-limit.ts";
import type { WindowPoolRule } from "../engine/window-pool.ts";
import { KV_CACHE_DTYPES, QUANTIZATIONS } from "../model/quantization.ts";
import type { EngineFactRow, EngineRow, PrecisionRow } from "./engine-rows.ts";
import type { Cell } from "./rows.ts";

// The shape of data/engines. Only the data builder and tests read this file.

const sourceId = z.string().regex(/^[a-z0-9][a-z0-9.-]*$/);
const basis = z.enum(["stated", "measured", "derived", "assumed"]);
const capability = z.string().regex(/^\d+\.\d$/);
const positive: z.ZodType<Cell> = z.tuple([z.number().positive(), basis, sourceId]);

const factRow: z.ZodType<EngineFactRow> = z
  .strictObject({
    fact: z.enum(FACT_NAMES),
    computeCapability: capability.exactOptional(),
    from: z.string().exactOptional(),
    before: z.string().exactOptional(),
    quantization: z.enum(QUANTIZATIONS).exactOptional(),
    memoryFromGiB: z.number().positive().exactOptional(),
    tpFrom: z.number().int().positive().exactOptional(),
    value: z.tuple([z.number().min(0), z.number().min(0), z.number().min(0)]),
    basis,
    source: sourceId,
  })
  .refine(({ value: [value, low, high] }) => low <= value && value <= high, {
    message: "expected [value, low, high] with low <= value <= high",
  });

const precisionRow: z.ZodType<PrecisionRow> = z
  .strictObject({
    quantization: z.enum(QUANTIZATIONS).exactOptional(),
    kvCacheDtype: z.enum(KV_CACHE_DTYPES).exactOptional(),
    computes: z.enum(COMPUTE_FORMATS).exactOptional(),
    computeCapabilities: z.array(capability).min(1),
    from: z.string().exactOptional(),
    before: z.string().exactOptional(),
    source: sourceId,
  })
  .refine((row) => (row.quantization === undefined) !== (row.kvCacheDtype === undefined), {
    message: "expected either a quantization or a kvCacheDtype",
  });

const crossAttentionRow: z.ZodType<CrossAttentionRule> = z.strictObject({
  families: z.array(z.string().min(1)).min(1),
  holds: z.enum(CROSS_HOLDINGS),
  from: z.string().exactOptional(),
  before: z.string().exactOptional(),
  inOneStage: z.boolean().exactOptional(),
  source: sourceId,
});

const resumeLimitRow: z.ZodType<ResumeLimit> = z.strictObject({
  share: z.number().positive().max(1),
  families: z.array(z.string().min(1)).min(1),
  hybrids: z.boolean(),
  from: z.string(),
  source: sourceId,
});

const windowPoolRow: z.ZodType<WindowPoolRule> = z.strictObject({
  ratio: z.number().positive().max(1),
  families: z.array(z.string().min(1)).min(1),
  computeCapabilities: z.array(capability).min(1),
  from: z.string(),
  source: sourceId,
});

export const engineRowSchema: z.ZodType<EngineRow> = z.strictObject({
  id: z.enum(["tensorrt-llm", "tensorrt-llm-engine", "vllm", "sglang", "llama.cpp"]),
  title: z.string().min(1),
  oldestVersion: z.string(),
  newestVersion: z.string(),
  defaults: z.strictObject({
    maxBatchSize: positive,
    maxNumTokens: positive,
    kvFraction: positive,
    tokensPerBlock: positive,
  }),
  cutsEmbedding: z.boolean(),
  zeroPointBits: positive,
  vocabularyPadding: positive.exactOptional(),
  cutsStagesUnevenly: z.boolean(),
  facts: z.array(factRow),
  crossAttention: z.array(crossAttentionRow),
  resumeLimit: resumeLimitRow.exactOptional(),
  windowPools: z.array(windowPoolRow).exactOptional(),
  precisions: z.array(precisionRow),
});
