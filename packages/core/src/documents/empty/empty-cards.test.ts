import { expect, test } from "vitest";
import { explainPlan } from "../explain.ts";
import { parseFleetFile } from "../fleet-file.ts";
import { planFleet } from "../plan-fleet.ts";
import { documentOf, problemOf, solveProblem } from "../plan-problem.ts";
import { emptyCardText } from "./empty-card.ts";
import { withEmptyCards } from "./empty-cards.ts";

const planOf = (text: string) =>
  planFleet({ file: "fleet.yaml", fleet: parseFleetFile("fleet.yaml", text) });

const chat = (keys: string) =>
  `models: [{ name: chat, model: Qwen/Qwen3-8B, engine: vllm, tp: 1, pp: 1, maxSeqLen: 8k, ${keys} }]`;
const RATED =
  "workload: { rate: 2, prompt: { median: 600, p95: 3000 }, output: 150, targets: [{ metric: ttft, most: 800 ms }] }";
const TWO = "hosts: [{ name: box, gpus: [{ gpu: rtx-4090, count: 2 }] }]";

test.each([
  {
    why: "nobody wants more",
    fleet: `${TWO}\n${chat("concurrency: 2")}`,
    codes: ["replicas-placed", "fewest-cards"],
    says: "all replicas of chat have their places on other cards; the plan is to take few cards",
  },
  {
    why: "its rate is carried",
    fleet: `${TWO}\n${chat(RATED)}`,
    codes: ["rates-carried", "fewest-cards"],
    says: "every rate is carried without it; the plan is to take few cards",
  },
  {
    why: "money counts",
    fleet: `${TWO}\nobjective: cost\ncosts: { perGpuHour: { rtx-4090: 0.5 } }\n${chat(RATED)}`,
    codes: ["rates-carried", "least-cost"],
    says: "every rate is carried without it; the plan is to cost little",
  },
  {
    // 14.8 billion parameters of two bytes: 27.5 GiB, of which 24 have no room
    why: "it is too small",
    fleet: `hosts: [{ name: box, gpus: [{ gpu: l40s-48gb }, { gpu: rtx-3090 }] }]
models: [{ name: chat, model: Qwen/Qwen3-14B, engine: vllm, quantization: bf16, tp: 1, pp: 1, concurrency: 1 }]`,
    codes: ["too-small"],
    says: /^too small for chat, of which a card holds [\d.]+ GiB at least: [\d.]+ GiB are usable$/,
  },
  {
    why: "the fleet file names another",
    fleet: `${TWO}\n${chat("gpus: [box:0]")}`,
    codes: ["gpus"],
    says: "chat is for other cards, as its gpus say",
  },
  {
    why: "it lacks a label",
    fleet: `hosts: [{ name: own, labels: [fast], gpus: [{ gpu: rtx-4090 }] }, { name: box, gpus: [{ gpu: rtx-4090 }] }]\n${chat("labels: [fast]")}`,
    codes: ["labels"],
    says: "chat asks for the label fast",
  },
  {
    why: "all of it is kept free",
    fleet: `hosts: [{ name: own, gpus: [{ gpu: rtx-4090 }] }, { name: box, reserve: 24092 MiB, gpus: [{ gpu: rtx-4090 }] }]\n${chat("concurrency: 2")}`,
    codes: ["no-room"],
    says: "nothing of its 23.53 GiB is left beside 0.00 GiB that others hold and 23.53 GiB that are kept free",
  },
  {
    why: "its host has no power left",
    fleet: `hosts: [{ name: box, powerBudgetW: 500, gpus: [{ gpu: rtx-4090, count: 2 }] }]\n${chat("concurrency: 2")}`,
    codes: ["power"],
    says: "its 450 W are more than the 50 W that are left of the 500 W of its host",
  },
])("$why", async ({ fleet, codes, says }) => {
  const { emptyCards = [] } = await planOf(fleet);
  expect(emptyCards).toHaveLength(1);
  const [card] = emptyCards;
  expect(card?.reasons.map(({ code }) => code)).toEqual(codes);
  expect(card?.reasons.map(({ text }) => text).join("; ")).toMatch(says);
});

test("a card that was taken from a model since more is carried without it is said to be that", async () => {
  const file = "fleet.yaml";
  const input = { file, fleet: parseFleetFile(file, `${TWO}\n${chat("concurrency: 2")}`) };
  const problem = problemOf(input);
  const models = problem.models.map((one) => ({ ...one, gpus: ["box:0"], spared: ["box:1"] }));
  const spared = { ...problem, models };
  const placed = await solveProblem(spared, {});
  const plan = withEmptyCards(await documentOf(spared, placed, {}), spared, placed);
  expect(plan.emptyCards?.flatMap(({ reasons }) => reasons)).toEqual([
    {
      code: "slow",
      text: "more of the rates is carried where chat leaves it and cards like it empty",
    },
  ]);
});

test("all that is on no card is told of all empty cards, by the plan and its explanation", async () => {
  const plan = await planOf(
    `${TWO}\nmodels: [{ name: giant, model: Qwen/Qwen2.5-72B-Instruct, engine: vllm, quantization: bf16 }]`,
  );
  expect(plan.emptyCards?.map(({ gpu }) => gpu)).toEqual(["box:0", "box:1"]);
  const text = "left empty: no place was found for giant with it either";
  expect(plan.emptyCards?.map(emptyCardText)).toEqual([text, text]);
  expect(explainPlan(plan).emptyCards).toEqual(plan.emptyCards);
  expect(explainPlan(plan, { gpu: "box:1" }).emptyCards).toEqual(plan.emptyCards?.slice(1));
});

test("where all cards are in use nothing is said, and where nothing is known only that one is empty", async () => {
  const plan = await planOf(`${TWO}\n${chat("replicas: 2")}`);
  expect(plan).not.toHaveProperty("emptyCards");
  expect(emptyCardText({ reasons: [] })).toBe("left empty");
});
