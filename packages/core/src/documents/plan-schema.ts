import * as z from "zod";
import { engineIds } from "../catalog/engine-catalog.ts";
import { DRAFT_METHODS } from "../model/model.ts";
import { KV_CACHE_DTYPES, QUANTIZATIONS } from "../model/quantization.ts";
import { checkSchema } from "../report/check-schema.ts";
import type { PlanDocument } from "./plan-document.ts";
import { planTransition } from "./plan-transition-schema.ts";
import { planCosts, planTarget, planWorkload } from "./workload/plan-workload-schema.ts";
import { vars } from "./workload/workload-schema.ts";

const text = z.string();
const count = z.int().min(0);
const size = z.int();
const finite = z.number();
const chance = z.number().min(0).max(1);
const rate = z.number().min(0);
const document = z.looseObject({});
const basis = z.enum(["stated", "measured", "derived", "assumed"]);

const term = z.looseObject({
  id: text,
  bytes: size,
  lowBytes: size,
  highBytes: size,
  basis,
  law: text,
  values: z.record(text, finite),
  sources: z.array(text),
  taken: z.enum(["before-kv", "after-kv"]),
  published: z.looseObject({ bytes: size, lowBytes: size, highBytes: size }).optional(),
  plannedBytes: size,
});

const rank = z.looseObject({
  rank: count,
  gpu: text,
  freeAtStartBytes: size,
  freeForKvBytes: size,
  terms: z.array(term),
  chanceToFit: chance,
  kv: z.looseObject({
    bytesPerToken: finite,
    bytesPerSequence: finite,
    budgetBytes: size,
    blocks: count,
    tokens: count,
  }),
});

const deployment = z.looseObject({
  model: text,
  source: text,
  replica: count,
  engine: z.looseObject({ id: z.enum(engineIds()), version: text }),
  quantization: z.enum(QUANTIZATIONS),
  storedQuantization: z.enum(QUANTIZATIONS),
  kvCacheDtype: z.enum(KV_CACHE_DTYPES),
  tp: count,
  pp: count,
  ep: count,
  stageLayers: z.array(count),
  gpus: z.array(text),
  startOrder: count,
  hasPeerToPeer: z.boolean(),
  maxBatchSize: count,
  maxNumTokens: count,
  maxSeqLen: count,
  draft: z.looseObject({ source: text, method: z.enum(DRAFT_METHODS) }).optional(),
  draftLayers: count.optional(),
  draftTokens: count.optional(),
  imagesPerPrompt: count.optional(),
  mayMixCards: z.boolean(),
  isExclusive: z.boolean(),
  notWith: z.array(text),
  isSpread: z.boolean().optional(),
  survives: z
    .looseObject({
      loss: z.enum(["gpu", "host"]),
      leastSequences: count,
      requestsPerSecond: rate.optional(),
    })
    .optional(),
  serves: z.looseObject({ mostRequestsPerSecond: rate, withinTargetsPerSecond: rate }).optional(),
  acrossHosts: z.boolean().optional(),
  labels: z.array(text).optional(),
  pins: z.array(text).optional(),
  divides: z
    .looseObject({
      queryHeads: z.array(count),
      kvHeads: z.array(count),
      widths: z.array(count),
      vocabulary: count,
    })
    .optional(),
  files: z.looseObject({ id: text, bytes: size }).optional(),
  loading: z.looseObject({ share: finite, bytes: size }).optional(),
  concurrentSequences: count,
  tokensPerBlock: count,
  kv: z.looseObject({
    tokens: count,
    maxTokens: count,
    maxGpuTotalBytes: size,
    resumeShare: finite.optional(),
    nullBlocks: count.optional(),
    freeGpuMemFraction: finite.optional(),
    gpuMemoryUtilization: finite.optional(),
    numGpuBlocks: count.optional(),
    memFractionStatic: finite.optional(),
    ctxSize: count.optional(),
    parallel: count.optional(),
    gpuLayers: count.optional(),
    tensorSplit: z.array(count).optional(),
  }),
  ranks: z.array(rank),
});

const gpu = z.looseObject({
  id: text,
  host: text,
  index: count,
  uuid: text.optional(),
  name: text,
  catalogId: text,
  computeCapability: text,
  labels: z.array(text).optional(),
  hasEcc: z.boolean().optional(),
  memoryBytes: size,
  usedByOthersBytes: size,
  reserveBytes: size,
  plannedBytes: size,
  freeBytes: size,
  chanceToFit: chance,
});

const hostSum = z.looseObject({ bytes: size, plannedBytes: size });

const host = z.looseObject({
  name: text,
  gpuCount: count,
  driverVersion: text.optional(),
  cudaVersion: text.optional(),
  power: z
    .looseObject({ budgetW: finite, plannedW: finite, limitsW: z.record(text, finite) })
    .optional(),
  memory: hostSum.optional(),
  disk: hostSum.optional(),
});

const remedy = z.looseObject({ text, change: z.record(text, z.unknown()), verified: z.boolean() });

const plan = z.looseObject({
  schema: z.literal("berth/plan@1"),
  status: z.enum(["optimal", "feasible", "infeasible"]),
  objective: z.looseObject({
    value: finite,
    bound: finite,
    gap: finite,
    terms: z.array(z.looseObject({ id: text, value: finite, bound: finite })),
  }),
  chanceToFit: chance,
  chanceWanted: chance,
  solveSeconds: finite,
  hosts: z.array(host),
  gpus: z.array(gpu),
  deployments: z.array(deployment),
  unplaced: z.array(
    z.looseObject({
      model: text,
      reasons: z.array(z.looseObject({ code: text, text })),
      remedies: z.array(remedy),
      remediesCut: z.enum(["enough", "limit"]).optional(),
    }),
  ),
  emptyCards: z
    .array(z.looseObject({ gpu: text, reasons: z.array(z.looseObject({ code: text, text })) }))
    .optional(),
  warnings: z.array(text),
  workloads: z.array(planWorkload).optional(),
  costs: planCosts.optional(),
  vars: vars.optional(),
  unmet: z
    .array(
      z.union([
        z.looseObject({ model: text, requestsPerSecond: rate, carriesPerSecond: rate, text }),
        z.looseObject({ model: text, target: planTarget, aloneSeconds: rate, text }),
      ]),
    )
    .optional(),
  sizingCut: z.literal("limit").optional(),
  sizing: z
    .array(
      z.looseObject({
        model: text,
        replicas: count,
        sequencesEach: count.optional(),
        maxBatchSize: count.optional(),
        exclusive: z.literal(true).optional(),
        settled: z
          .looseObject({
            quantization: text,
            kvCacheDtype: text,
            ep: count,
            tp: count,
            pp: count,
            gpus: z.array(text),
          })
          .optional(),
        requestsPerSecond: rate,
        trace: z.looseObject({ file: text, busiestSeconds: rate }).optional(),
        carriesPerSecond: rate,
        afterLoss: z.looseObject({ lost: text, carriesPerSecond: rate }).optional(),
        isEnough: z.boolean(),
        text,
      }),
    )
    .optional(),
  madeFrom: z.looseObject({ fleet: document, inventory: document.optional() }).optional(),
  transition: planTransition.optional(),
  alternatives: z.array(z.looseObject({ plan: document })).optional(),
});

/** Checks a parsed JSON value against the plan document's shape. Keys that are not known are left alone. */
export function checkPlan(
  value: unknown,
): { readonly plan: PlanDocument } | { readonly issue: z.core.$ZodIssue | undefined } {
  const result = checkSchema(plan, value);
  return result.success ? { plan: value as PlanDocument } : { issue: result.error.issues[0] };
}

/** Checks one deployment of a plan document; for documents that hold deployments of their own. */
export const isDeployment: (value: unknown) => boolean = (value) =>
  checkSchema(deployment, value).success;

/** The JSON Schema of what `berth plan --json` prints. */
export function planJsonSchema(): object {
  return z.toJSONSchema(plan);
}
