import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { renderDeployment } from "../../packages/core/src/deploy/render.ts";
import type { TargetId } from "../../packages/core/src/deploy/targets/target-id.ts";
import { atVersion, fourOnOne, twelveCards, twoHosts } from "../fixtures/deploy-plans.ts";
import { mixedFleet, threeNodes } from "../fixtures/kube-plans.ts";

const twelveOnDynamo = atVersion(twelveCards("tensorrt-llm"), "1.3.0rc23");

const BUNDLES = [
  { name: "twelve-cards", target: "kubernetes", plan: twelveCards("tensorrt-llm") },
  { name: "four-on-one", target: "kubernetes", plan: fourOnOne("tensorrt-llm") },
  { name: "mixed-fleet", target: "kubernetes", plan: mixedFleet("tensorrt-llm") },
  { name: "three-nodes", target: "kubernetes", plan: threeNodes("vllm") },
  { name: "twelve-cards", target: "dynamo", plan: twelveOnDynamo },
  { name: "mixed-fleet", target: "dynamo", plan: mixedFleet("sglang") },
  { name: "twelve-cards", target: "ray-serve", plan: twelveCards("vllm") },
  { name: "three-nodes", target: "ray-serve", plan: threeNodes("vllm") },
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
  {
    name: "a version that no release of Dynamo holds",
    target: "dynamo",
    plan: mixedFleet("vllm"),
    says: ["qwen-7b", "llama-8b", "coder"].map(
      (model) =>
        `"${model}" is planned for vllm 0.31.0, and Dynamo has images with 0.16.0, 0.20.1, 0.24.0; plan the model with one of these, or use the target kubernetes`,
    ),
  },
  {
    name: "four on one card for Dynamo",
    target: "dynamo",
    plan: fourOnOne("sglang"),
    says: [
      `"chat", "chat-long", "coder", "Écrivain d'été": they share cards, and a graph starts all engines at once, each with what is free at that moment; use the target kubernetes`,
    ],
  },
  {
    name: "four on one card for Ray Serve",
    target: "ray-serve",
    plan: fourOnOne("vllm"),
    says: [
      `"chat", "chat-long", "coder", "Écrivain d'été": they share cards, and an application starts all engines at once, each with what is free at that moment; use the target kubernetes`,
    ],
  },
  {
    name: "unequal replicas for Ray Serve",
    target: "ray-serve",
    plan: mixedFleet("vllm"),
    says: [
      '"qwen-7b": its replicas have different settings, and one configuration stands for all; use the target kubernetes',
    ],
  },
  {
    name: "another engine for Ray Serve",
    target: "ray-serve",
    plan: threeNodes("sglang"),
    says: ["wide-70b", "small"].map(
      (model) =>
        `"${model}" is planned for sglang, and this target starts vllm only; use the target kubernetes, or plan the model with the engine vllm`,
    ),
  },
] as const satisfies readonly { readonly target: TargetId; readonly [key: string]: unknown }[];

test.each(REFUSED)("$name is refused with the reason", ({ target, plan, says }) => {
  const result = renderDeployment(plan, target);
  expect(result.ok ? [] : result.refusals.map(({ text }) => text)).toEqual(says);
});
