import { expect, test } from "vitest";
import { parseFleetFile } from "./fleet-file.ts";
import type { PlanDeployment, PlanDocument } from "./plan-document.ts";
import { planFleet } from "./plan-fleet.ts";
import { verifyPlan } from "./verify-plan.ts";

const good = await planFleet({
  file: "fleet.yaml",
  fleet: parseFleetFile(
    "fleet.yaml",
    `hosts: [{ name: box, gpus: [{ gpu: rtx-4090, count: 2 }] }]
models:
  - { name: a, model: Qwen/Qwen2-7B, tp: 2, pp: 1, concurrency: 4 }
  - { name: b, model: Qwen/Qwen2.5-0.5B, tp: 1, pp: 1, concurrency: 4 }`,
  ),
});

/** TensorRT-LLM's fraction. */
function fractionOf({ freeGpuMemFraction = Number.NaN }: PlanDeployment["kv"]): number {
  return freeGpuMemFraction;
}

/** The plan with the deployment of model `a` changed. */
function withA(change: (deployment: PlanDeployment) => Partial<PlanDeployment>): PlanDocument {
  return {
    ...good,
    deployments: good.deployments.map((each) =>
      each.model === "a" ? { ...each, ...change(each) } : each,
    ),
  };
}

test("a good plan has no problems", () => {
  expect(verifyPlan(good)).toEqual([]);
});

test.each<[string, PlanDocument, RegExp]>([
  [
    "a fraction that gives other tokens",
    withA(({ kv }) => ({ kv: { ...kv, freeGpuMemFraction: fractionOf(kv) * 1.01 } })),
    /tokens from its fraction/,
  ],
  [
    "a fraction of 1",
    withA(({ kv }) => ({ kv: { ...kv, freeGpuMemFraction: 1 } })),
    /has the fraction 1/,
  ],
  [
    "two ranks on one card",
    withA(({ gpus }) => ({ gpus: gpus.map(() => gpus[0] ?? "") })),
    /two ranks on one card/,
  ],
  [
    "a card that there isn't",
    withA(() => ({ gpus: ["box:0", "box:9"] })),
    /1 known cards instead of 2/,
  ],
  [
    "a precision that the card can't run",
    withA(() => ({ quantization: "nvfp4" })),
    /can't run nvfp4/,
  ],
  [
    "more sequences than it has tokens for",
    withA(() => ({ concurrentSequences: 5, maxBatchSize: 8 })),
    /tokens for 5 sequences/,
  ],
  [
    "a term that grew",
    withA(({ ranks }) => ({
      ranks: ranks.map((rank) => ({
        ...rank,
        terms: rank.terms.map((term) => ({ ...term, plannedBytes: term.plannedBytes + 2 ** 34 })),
      })),
    })),
    /bytes short|planned bytes/,
  ],
  [
    "a term that may be larger than it says",
    withA(({ ranks }) => ({
      ranks: ranks.map((rank) => ({
        ...rank,
        terms: rank.terms.map((term) => ({ ...term, highBytes: term.highBytes + 2 ** 30 })),
      })),
    })),
    /fits on box:0 with a chance of 0\.\d+ instead of 0\.99/,
  ],
  ["a chance that nobody counted", { ...good, chanceToFit: 1 }, /the plan holds with a chance/],
  ["a chance that is too small", { ...good, chanceWanted: 0.9999 }, /less than the 0.9999 asked/],
  [
    "a card that says more than it holds",
    { ...good, gpus: good.gpus.map((gpu) => ({ ...gpu, chanceToFit: 1 })) },
    /box:0 holds with a chance of 0\.99\d+ instead of 1/,
  ],
  ["experts over no whole part of the group", withA(() => ({ ep: 3 })), /2 ranks into 3 groups/],
  ["another start order", withA(({ startOrder }) => ({ startOrder: startOrder + 5 })), /starts at/],
  ["a neighbour that it may not have", withA(() => ({ notWith: ["b"] })), /may not share/],
  ["an exclusive model with a neighbour", withA(() => ({ isExclusive: true })), /may not share/],
  ["a stage without layers", withA(() => ({ stageLayers: [0] })), /stages of 0 layers/],
  [
    "a token cap that is not the plan's",
    withA(({ kv }) => ({ kv: { ...kv, maxTokens: kv.maxTokens * 10 } })),
    /caps \d+ tokens/,
  ],
  [
    "a byte cap that is not the pool's",
    withA(({ kv }) => ({ kv: { ...kv, maxGpuTotalBytes: 1 } })),
    /caps 1 bytes/,
  ],
  [
    "a rank with other blocks",
    withA(({ ranks }) => ({
      ranks: ranks.map((rank) => ({ ...rank, kv: { ...rank.kv, blocks: 1, tokens: 1 } })),
    })),
    /has a KV cache of 1 tokens/,
  ],
  [
    "replicas of one number",
    { ...good, deployments: good.deployments.map((each) => ({ ...each, replica: 7 })) },
    /not numbered from 0/,
  ],
  [
    "a card that is listed twice",
    { ...good, gpus: good.gpus.map((gpu) => ({ ...gpu, uuid: "GPU-1" })) },
    /GPU-1 is listed twice/,
  ],
  [
    "a group over cards of two kinds",
    {
      ...good,
      gpus: good.gpus.map((gpu, i) => ({ ...gpu, computeCapability: i === 0 ? "8.6" : "8.9" })),
    },
    /different kinds/,
  ],
  [
    "the other block rounding",
    withA(({ kv, tokensPerBlock, ranks }) => ({
      kv: {
        ...kv,
        freeGpuMemFraction:
          Math.max(...ranks.map((rank) => rank.kv.budgetBytes / rank.freeForKvBytes)) *
          (1 + tokensPerBlock / 2 / kv.tokens),
      },
    })),
    /tokens from its fraction/,
  ],
  [
    "a model that is placed and unplaced",
    { ...good, unplaced: [{ model: "a", reasons: [], remedies: [] }] },
    /placed and unplaced/,
  ],
  ["a status that does not fit", { ...good, status: "infeasible" }, /the status is infeasible/],
])("%s is found", (_, plan, problem) => {
  expect(verifyPlan(plan).join("\n")).toMatch(problem);
});
