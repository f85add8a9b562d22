import {
  type EstimateDocument,
  type EstimateRequest,
  engineById,
  engineIds,
  estimate,
  importPreset,
  MIB,
  type PlanDeployment,
  type PlanDocument,
  parseFleetFile,
  verifyPlan,
} from "@berth/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { assemblePlan } from "../../packages/core/src/documents/assemble-plan.ts";
import { balanceWarnings } from "../../packages/core/src/documents/balance-warnings.ts";
import { problemOf } from "../../packages/core/src/documents/plan-problem.ts";
import { placeFleet } from "../../packages/core/src/placement/place-fleet.ts";

/** Dense, with windows, latent, hybrid with state, and with experts. */
const MODELS = [
  "meta-llama/Llama-3.2-3B",
  "Qwen/Qwen2.5-7B",
  "google/gemma-3-4b-it",
  "deepseek-ai/DeepSeek-V2-Lite",
  "openai/gpt-oss-20b",
  "Qwen/Qwen3.5-27B",
  "Qwen/Qwen3-0.6B",
];

const VERSIONS: Readonly<Record<string, readonly string[]>> = {
  vllm: ["0.5.4", "0.7.3", "0.11.0", "0.20.0", "0.31.0"],
  sglang: ["0.4.6", "0.5.16"],
};

const model = fc.record({
  model: fc.constantFrom(...MODELS),
  engine: fc.constantFrom(...engineIds()),
  version: fc.nat(4),
  tp: fc.constantFrom(undefined, 1, 2),
  pp: fc.constantFrom(undefined, 1, 2, 3),
  maxSeqLen: fc.integer({ min: 1, max: 8192 }),
  want: fc.integer({ min: 1, max: 24 }),
});

const fleets = fc.record({
  cards: fc.array(
    fc.record({
      gpu: fc.constantFrom("rtx-3090", "rtx-4090", "l40s-48gb", "h100-sxm-80gb"),
      count: fc.integer({ min: 1, max: 3 }),
    }),
    { minLength: 1, maxLength: 2 },
  ),
  models: fc.array(model, { minLength: 1, maxLength: 4 }),
});

type Drawn = typeof fleets extends fc.Arbitrary<infer T> ? T : never;

/** A plan without reasons and remedies, which take many solves. */
function planOf({ cards, models: drawn }: Drawn): PlanDocument {
  const written = {
    hosts: [{ name: "box", gpus: cards }],
    models: drawn.map(({ version, tp, want, ...one }, i) => {
      const versions = VERSIONS[one.engine];
      return {
        ...one,
        name: `m${i}`,
        ...(versions === undefined ? {} : { engineVersion: versions[version % versions.length] }),
        ...(tp === undefined || one.engine === "llama.cpp" ? {} : { tp }),
        concurrency: { least: 1, want },
        quantization: "auto",
      };
    }),
  };
  const { fleet, models, chanceWanted } = problemOf({
    file: "f.json",
    fleet: parseFleetFile("f.json", JSON.stringify(written)),
  });
  return assemblePlan(fleet, placeFleet(models, fleet, { nodeLimit: 1000 }), chanceWanted);
}

/** What `berth estimate` is asked to see what a planned engine gets from its settings. */
function requestOf(plan: PlanDocument, deployment: PlanDeployment): EstimateRequest {
  const { kv, ranks, tp, pp, engine } = deployment;
  const cards = ranks.map((rank) => plan.gpus.find(({ id }) => id === rank.gpu));
  const share = kv.freeGpuMemFraction ?? kv.gpuMemoryUtilization ?? kv.memFractionStatic;
  return {
    engine: engine.id,
    engineVersion: engine.version,
    gpu: cards.map((card) => card?.catalogId ?? ""),
    usedMiB: ranks.map((rank, i) => ((cards[i]?.memoryBytes ?? 0) - rank.freeAtStartBytes) / MIB),
    tp,
    pp,
    quantization: deployment.quantization,
    kvCacheDtype: deployment.kvCacheDtype,
    maxSeqLen: deployment.maxSeqLen,
    maxNumTokens: deployment.maxNumTokens,
    maxBatchSize: kv.parallel ?? deployment.maxBatchSize,
    tokensPerBlock: deployment.tokensPerBlock,
    ...(share === undefined ? {} : { kvFraction: share }),
    ...(kv.tensorSplit === undefined ? {} : { tensorSplit: kv.tensorSplit }),
    ...(pp > 1 && engineById(engine.id)?.cutsStagesUnevenly === true && share !== undefined
      ? { ppPartition: deployment.stageLayers }
      : {}),
  };
}

function estimated(plan: PlanDocument, deployment: PlanDeployment): EstimateDocument {
  const spec = importPreset(deployment.source);
  if (spec === undefined) {
    throw new Error(`no preset ${deployment.source}`);
  }
  return estimate(requestOf(plan, deployment), spec);
}

/** Why the engine would not start there, less what the plan warns of. */
function reasonsUnsaid(
  plan: PlanDocument,
  { model }: PlanDeployment,
  { reasons }: EstimateDocument,
) {
  const isWarned = balanceWarnings(plan.deployments).some((text) => text.startsWith(`${model} `));
  return reasons.filter(({ code }) => code !== "memory-unbalanced" || !isWarned);
}

/** Before 0.21 vLLM prints blocks over groups for layers of several kinds, which is no number of tokens held. */
function printsByGroup({ engine: { id, version } }: PlanDeployment): boolean {
  return id === "vllm" && ["0.11.0", "0.20.0"].includes(version);
}

test("any mix of engines has a plan that holds, and what each is told gives at least what was planned", () => {
  fc.assert(
    fc.property(fleets, (drawn) => {
      const plan = planOf(drawn);
      expect(verifyPlan(plan)).toEqual([]);
      for (const deployment of plan.deployments) {
        const document = estimated(plan, deployment);
        const what = `${deployment.model} ${deployment.engine.id} ${deployment.engine.version}`;
        expect(reasonsUnsaid(plan, deployment, document), what).toEqual([]);
        expect(document.maxSequences, what).toBeGreaterThanOrEqual(deployment.concurrentSequences);
        if (!printsByGroup(deployment)) {
          expect(document.kvTokens, what).toBeGreaterThanOrEqual(deployment.kv.tokens);
        }
      }
    }),
    { numRuns: 40 },
  );
});
