import { describe, expect, test } from "vitest";
import { fourEngines, fourOnOne, makePlan } from "../../../../../test/fixtures/deploy-plans.ts";
import { threeNodes } from "../../../../../test/fixtures/kube-plans.ts";
import type { PlanDocument } from "../../documents/plan-document.ts";
import { renderDeployment } from "../render.ts";
import type { KubernetesOptions } from "../render-options.ts";

function file(plan: PlanDocument, path: string, kubernetes: KubernetesOptions = {}): string {
  const result = renderDeployment(plan, "kubernetes", { kubernetes });
  const found = result.ok ? result.artifacts.find((each) => each.path === path) : undefined;
  return found?.text ?? "";
}

const withoutUuids = (plan: PlanDocument): PlanDocument => ({
  ...plan,
  gpus: plan.gpus.map(({ uuid: _, ...gpu }) => gpu),
});

describe("cards by product", () => {
  const TITLE = "## Cards by product have no order";

  /** `wide` has both cards, `small` the second one too: its ranks meet different engines. */
  const uneven = makePlan({
    engine: "vllm",
    hosts: [{ name: "box", cards: ["rtx-4090", "rtx-4090"] }],
    models: [
      { model: "wide", tp: 2, gpus: ["box:0", "box:1"] },
      { model: "small", gpus: ["box:1"] },
    ].map((each) => ({ ...each, weightsGib: 2, kvTokens: 8192, kvBytesPerToken: 16_384 })),
  });

  test("are a warning where an engine's ranks are not alike, with the models", () => {
    const text = file(withoutUuids(uneven), "README.md");
    expect(text).toContain(TITLE);
    expect(text).toMatch(/It matters for wide: their ranks/);
    // asked for, though the plan knows the cards
    expect(file(uneven, "README.md", { select: "product" })).toContain(TITLE);
  });

  test.each([
    { what: "the plan knows every UUID, which is claimed then", plan: uneven },
    { what: "every engine has one card", plan: withoutUuids(fourOnOne("vllm")) },
  ])("are none where $what", ({ plan }) => {
    expect(file(plan, "README.md")).not.toContain(TITLE);
  });

  test("claims name the cards by UUID wherever the plan knows them", () => {
    const claims = file(uneven, "shared-cards.yaml");
    for (const { uuid } of uneven.gpus) {
      expect(claims).toContain(`.uuid == "${uuid}"`);
    }
    expect(claims).not.toContain("productName");
  });
});

describe("an engine that starts again alone", () => {
  const CAPPED = /Under MPS an engine that starts again finds what its cap leaves/;
  const UNCAPPED = /Without caps, an earlier engine that starts again alone/;

  test.each([
    { what: "under caps", plan: fourOnOne("vllm"), sharing: undefined, says: [true, false] },
    { what: "sliced", plan: fourOnOne("vllm"), sharing: "time-slicing", says: [false, true] },
    { what: "both", plan: fourEngines(), sharing: undefined, says: [true, true] },
    { what: "no shared card", plan: threeNodes("vllm"), sharing: undefined, says: [false, false] },
  ] as const)("$what", ({ plan, sharing, says }) => {
    const text = file(plan, "README.md", sharing === undefined ? {} : { sharing });
    expect([CAPPED.test(text), UNCAPPED.test(text)]).toEqual(says);
  });
});

test("a runtime class is every engine's, of workers over nodes too, and no other pod's", () => {
  const result = renderDeployment(threeNodes("vllm"), "kubernetes", {
    kubernetes: { runtimeClass: "nvidia" },
  });
  const named = (result.ok ? result.artifacts : []).map(({ path, text }) => [
    path,
    text.match(/runtimeClassName: nvidia$/gm)?.length ?? 0,
  ]);
  expect(named.filter(([, count]) => count !== 0)).toEqual([
    ["small.yaml", 1],
    ["wide-70b.yaml", 2],
  ]);
  expect(file(threeNodes("vllm"), "small.yaml")).not.toContain("runtimeClassName");
});
