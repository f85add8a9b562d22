import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { renderDeployment } from "../../packages/core/src/deploy/render.ts";
import type { TargetId } from "../../packages/core/src/deploy/targets/target-id.ts";
import { fourOnOne, twelveCards, twoHosts } from "../fixtures/deploy-plans.ts";
import { mixedFleet, threeNodes } from "../fixtures/kube-plans.ts";

const BUNDLES = [
  { name: "twelve-cards", target: "kubernetes", plan: twelveCards("tensorrt-llm") },
  { name: "four-on-one", target: "kubernetes", plan: fourOnOne("tensorrt-llm") },
  { name: "mixed-fleet", target: "kubernetes", plan: mixedFleet("tensorrt-llm") },
  { name: "three-nodes", target: "kubernetes", plan: threeNodes("vllm") },
] as const satisfies readonly { readonly target: TargetId; readonly [key: string]: unknown }[];

describe.each(BUNDLES)("$name for $target", ({ name, target, plan }) => {
  const result = renderDeployment(plan, target);
  const artifacts = result.ok ? result.artifacts : [];

  test("is written", () => {
    expect(result.ok).toBe(true);
  });

  test.each(artifacts.map(({ path, text }) => ({ path, text })))("$path", async ({ path, text }) => {
    const file = fileURLToPath(new URL(`${name}/${target}/${path}`, import.meta.url));
    await expect(text).toMatchFileSnapshot(file);
  });
});

/** What a target says of a plan that it can't carry. */
const REFUSED = [
  {
    name: "two hosts for Kubernetes, over MPI",
    target: "kubernetes",
    plan: twoHosts("tensorrt-llm"),
    says: [
      '"wide-32b" lies on 2 hosts ("left", "right"): its ranks are started by MPI, which pods have not by themselves; use the target trtllm-serve',
    ],
  },
] as const satisfies readonly { readonly target: TargetId; readonly [key: string]: unknown }[];

test.each(REFUSED)("$name is refused with the reason", ({ target, plan, says }) => {
  const result = renderDeployment(plan, target);
  expect(result.ok ? [] : result.refusals.map(({ text }) => text)).toEqual(says);
});
