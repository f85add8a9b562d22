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

/** Hosts with labels and a reserve, a model that is pinned, one that is spread, one that is alone. */
const wishes = await planFleet({
  file: "fleet.yaml",
  fleet: parseFleetFile(
    "fleet.yaml",
    `hosts:
  - { name: one, gpus: [{ gpu: rtx-4090, count: 2 }], labels: [office], reserve: 1GiB }
  - { name: two, gpus: [{ gpu: rtx-3090, count: 2 }] }
models:
  - { name: pinned, model: Qwen/Qwen2.5-0.5B, tp: 1, pp: 1, gpus: ["one:0", rtx-3090], notWith: [alone] }
  - { name: labelled, model: Qwen/Qwen2.5-0.5B, tp: 1, pp: 1, labels: office }
  - { name: spread, model: Qwen/Qwen2.5-0.5B, tp: 1, pp: 1, replicas: 2, concurrency: 2, spread: host }
  - { name: alone, model: Qwen/Qwen2.5-0.5B, tp: 1, pp: 1, exclusive: true, gpus: two }`,
  ),
});

/** The plan with the ranks of one replica on another card. */
function moved(model: string, to: (from: PlanDeployment) => string, replica = 0): PlanDocument {
  return {
    ...wishes,
    deployments: wishes.deployments.map((each) =>
      each.model === model && each.replica === replica
        ? { ...each, gpus: [to(each)], ranks: each.ranks.map((r) => ({ ...r, gpu: to(each) })) }
        : each,
    ),
  };
}

function cardOf(model: string, replica = 0): string {
  const found = wishes.deployments.find((one) => one.model === model && one.replica === replica);
  return found?.gpus[0] ?? "";
}

test("good plans have no problems", () => {
  expect(verifyPlan(good)).toEqual([]);
  expect(verifyPlan(wishes)).toEqual([]);
  expect(wishes.unplaced).toEqual([]);
});

test.each<[string, () => PlanDocument, RegExp]>([
  [
    "a model on a card that it is not pinned to",
    () => moved("pinned", () => "one:1"),
    /pinned#0 is on one:1, which is none of one:0, rtx-3090/,
  ],
  [
    "a model on another host than the one that it is pinned to",
    () => moved("alone", () => "one:1"),
    /alone#0 is on one:1, which is none of two/,
  ],
  [
    "a model on a card without its label",
    () => moved("labelled", () => "two:0"),
    /labelled#0 is on two:0, which has no label office/,
  ],
  [
    "spread replicas on one host",
    () => {
      const other = cardOf("spread", 1);
      return moved("spread", () => other.replace(/\d$/, (i) => `${1 - Number(i)}`));
    },
    /spread#\d is on the host of spread#\d/,
  ],
  [
    "a model beside an exclusive one, which it avoids too",
    () => moved("pinned", () => cardOf("alone")),
    /and one that it may not share a card with/,
  ],
  [
    "a reserve that the engines take",
    () => ({
      ...wishes,
      gpus: wishes.gpus.map((gpu) => ({
        ...gpu,
        reserveBytes: gpu.reserveBytes + gpu.freeBytes + 1,
      })),
    }),
    /is 1 bytes short/,
  ],
])("%s is found", (_, plan, problem) => {
  expect(verifyPlan(plan()).join("\n")).toMatch(problem);
});

const WHOLE = { queryHeads: [28], kvHeads: [4], widths: [18_944], vocabulary: 152_064 };

test.each<[string, Partial<PlanDeployment>, string | undefined]>([
  ["heads that two ranks share", { divides: WHOLE }, undefined],
  ["one KV head on both", { divides: { ...WHOLE, kvHeads: [1] } }, undefined],
  ["odd heads", { divides: { ...WHOLE, queryHeads: [28, 27] } }, "27 attention heads"],
  ["three KV heads", { divides: { ...WHOLE, kvHeads: [3] } }, "3 KV heads"],
  ["an odd width", { divides: { ...WHOLE, widths: [18_945] } }, "a feed-forward of 18945"],
  [
    "an odd vocabulary, which TensorRT-LLM pads",
    { divides: { ...WHOLE, vocabulary: 151_937 } },
    undefined,
  ],
])("%s: %o", (_, change, part) => {
  const problems = verifyPlan(withA(() => change)).filter((one) => one.includes("can't divide"));
  expect(problems).toEqual(part === undefined ? [] : [`a#0 can't divide ${part} over 2 ranks`]);
});

// 32,001 rows become 32,064 = 64 · 501, which 5 ranks can't share; 32,128 = 64 · 502 go over 2
test.each([
  {
    engine: "vllm",
    tp: 5,
    problems: ["a#0 can't divide a padded vocabulary of 32064 over 5 ranks"],
  },
  {
    engine: "sglang",
    tp: 5,
    problems: ["a#0 can't divide a padded vocabulary of 32064 over 5 ranks"],
  },
  { engine: "vllm", tp: 2, problems: [] },
  { engine: "tensorrt-llm", tp: 5, problems: [] },
] as const)("a vocabulary of 32,001 over $tp ranks of $engine", ({ engine, tp, problems }) => {
  const divides = { queryHeads: [40], kvHeads: [10], widths: [17_920], vocabulary: 32_001 };
  const plan = withA(() => ({ tp, divides, engine: { id: engine, version: "1.2.1" } }));
  expect(verifyPlan(plan).filter((one) => one.includes("can't divide"))).toEqual(problems);
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
