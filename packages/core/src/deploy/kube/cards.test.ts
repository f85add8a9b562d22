import { describe, expect, test } from "vitest";
import { fourEngines, fourOnOne, twelveCards } from "../../../../../test/fixtures/deploy-plans.ts";
import { mixedFleet } from "../../../../../test/fixtures/kube-plans.ts";
import type { PlanDocument } from "../../documents/plan-document.ts";
import { cardAccess, cardsAreGiven } from "./card-access.ts";
import { mpsCap, underCaps } from "./mps-cap.ts";
import { mpsIsPossible, sharedCards } from "./shared-cards.ts";

const MIB = 1024 ** 2;
const GIB = 1024 ** 3;

const busy = (plan: PlanDocument): PlanDocument => ({
  ...plan,
  gpus: plan.gpus.map((gpu, at) => (at === 5 ? { ...gpu, usedByOthersBytes: GIB } : gpu)),
});

describe("what gives the cards", () => {
  test.each([
    { what: "whole cards, alike on each host", plan: mixedFleet("vllm"), by: "device-plugin" },
    { what: "two kinds in one host", plan: twelveCards("vllm"), by: "dra" },
    { what: "a shared card", plan: fourOnOne("vllm"), by: "dra" },
    { what: "others on a card", plan: busy(mixedFleet("vllm")), by: "dra" },
  ])("$what: $by", ({ plan, by }) => {
    expect(cardAccess(plan, {}).by).toBe(by);
    expect(cardsAreGiven(plan, {})).toEqual([]);
  });

  test("the device plugin is refused where it can't give the planned cards", () => {
    const problems = cardsAreGiven(twelveCards("vllm"), { kubernetes: { cards: "device-plugin" } });
    expect(problems).toMatchObject([
      { code: "cards-not-given", host: "box1", instead: "cards by DRA (--kube-cards dra)" },
    ]);
  });

  test("without UUIDs cards are told apart by product", () => {
    const plan = fourOnOne("vllm");
    const nameless = { ...plan, gpus: plan.gpus.map(({ uuid: _, ...gpu }) => gpu) };
    expect(cardAccess(nameless, {})).toEqual({ by: "dra", select: "product" });
    expect(cardsAreGiven(nameless, { kubernetes: { select: "uuid" } })).toHaveLength(1);
  });
});

describe("shared cards", () => {
  test("engines with the same cards share by MPS, others by time slicing", () => {
    // box:0 and box:1 are llama.cpp's, of which TensorRT-LLM shares box:1; box:2 and box:3 are vLLM's and SGLang's.
    const shared = sharedCards(fourEngines(), {});
    expect(shared.map(({ gpus, sharing }) => [gpus.map(({ id }) => id), sharing])).toEqual([
      [["box:0", "box:1"], "time-slicing"],
      [["box:2", "box:3"], "mps"],
    ]);
    expect(mpsIsPossible(fourEngines(), { kubernetes: { sharing: "mps" } })).toMatchObject([
      { code: "no-mps", models: ["long", "small"] },
    ]);
  });

  test("no MPS where its daemon has no room", () => {
    const plan = fourOnOne("tensorrt-llm");
    const full = { ...plan, gpus: plan.gpus.map((gpu) => ({ ...gpu, freeBytes: 70 * MIB })) };
    expect(sharedCards(full, {}).map(({ sharing }) => sharing)).toEqual(["time-slicing"]);
  });
});

describe("caps", () => {
  const plan = fourOnOne("tensorrt-llm");
  const capped = underCaps(plan, sharedCards(plan, {}));

  // chat: 1 GiB weights, 0.5 GiB context, 65536 tokens of 12288 B are 768 MiB: 1536 + 768 / 0.99 = 2311.8 MiB
  test("a cap is what the plan counts, and the room that a share below 1 needs", () => {
    expect(mpsCap(plan, plan.deployments[0] as never) / MIB).toBe(2312);
  });

  test("what the cap leaves free holds the planned KV cache, and the claims' sum fits the card", () => {
    for (const each of capped.deployments) {
      const terms =
        each.ranks[0]?.terms.reduce((sum, { plannedBytes }) => sum + plannedBytes, 0) ?? 0;
      const pool = (mpsCap(plan, each) - terms) * (each.kv.freeGpuMemFraction ?? 0);
      expect(pool).toBeGreaterThanOrEqual(each.ranks[0]?.kv.budgetBytes ?? Number.NaN);
    }
    const sum = plan.deployments.reduce((total, each) => total + mpsCap(plan, each), 0);
    expect(sum).toBeLessThanOrEqual(plan.gpus[0]?.memoryBytes ?? 0);
  });

  test("only engines under a cap are told other shares, and the plan is left as it is", () => {
    expect(capped.deployments.map(({ kv }) => kv.freeGpuMemFraction)).toEqual([
      0.99, 0.99, 0.99, 0.99,
    ]);
    const sliced = sharedCards(plan, { kubernetes: { sharing: "time-slicing" } });
    expect(underCaps(plan, sliced)).toEqual(plan);
  });
});
