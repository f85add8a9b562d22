import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { renderDeployment } from "../../packages/core/src/deploy/render.ts";
import type { RenderOptions } from "../../packages/core/src/deploy/render-options.ts";
import type { TargetId } from "../../packages/core/src/deploy/targets/target-id.ts";
import {
  fourEngines,
  fourOnOne,
  oneFamily,
  oneOverTwoHosts,
  twelveCards,
  twoHosts,
  twoOnOne,
} from "../fixtures/deploy-plans.ts";

const BUNDLES = [
  { name: "twelve-cards", target: "trtllm-serve", plan: twelveCards("tensorrt-llm") },
  { name: "twelve-cards", target: "triton-engine", plan: twelveCards("tensorrt-llm-engine") },
  { name: "twelve-cards", target: "triton-llmapi", plan: twelveCards("tensorrt-llm") },
  { name: "four-on-one", target: "triton-llmapi", plan: fourOnOne("tensorrt-llm") },
  { name: "four-on-one", target: "trtllm-serve", plan: fourOnOne("tensorrt-llm") },
  { name: "four-on-one", target: "triton-engine", plan: fourOnOne("tensorrt-llm-engine") },
  { name: "twelve-cards", target: "vllm", plan: twelveCards("vllm") },
  { name: "four-on-one", target: "vllm", plan: fourOnOne("vllm") },
  { name: "twelve-cards", target: "sglang", plan: twelveCards("sglang") },
  { name: "four-on-one", target: "sglang", plan: fourOnOne("sglang") },
  { name: "twelve-cards", target: "llama-cpp", plan: twelveCards("llama.cpp") },
  { name: "four-on-one", target: "llama-cpp", plan: fourOnOne("llama.cpp") },
  { name: "two-hosts", target: "trtllm-serve", plan: twoHosts("tensorrt-llm") },
  { name: "two-hosts", target: "vllm", plan: twoHosts("vllm") },
  { name: "two-hosts", target: "sglang", plan: twoHosts("sglang") },
  { name: "twelve-cards", target: "compose", plan: twelveCards("tensorrt-llm") },
  { name: "four-on-one", target: "compose", plan: fourOnOne("tensorrt-llm") },
  { name: "four-engines", target: "scripts", plan: fourEngines() },
  { name: "four-engines", target: "compose", plan: fourEngines() },
  { name: "twelve-cards", target: "systemd", plan: twelveCards("tensorrt-llm") },
  { name: "four-on-one", target: "systemd", plan: fourOnOne("vllm") },
  { name: "four-engines", target: "systemd", plan: fourEngines() },
  { name: "twelve-cards", target: "slurm", plan: twelveCards("tensorrt-llm") },
  { name: "four-on-one", target: "slurm", plan: fourOnOne("vllm") },
  { name: "four-engines", target: "slurm", plan: fourEngines() },
  { name: "two-hosts", target: "slurm", plan: oneOverTwoHosts("tensorrt-llm") },
  { name: "two-engines", target: "compose", plan: twoOnOne("tensorrt-llm-engine") },
  { name: "two-engines", target: "systemd", plan: twoOnOne("tensorrt-llm-engine") },
  { name: "two-engines", target: "slurm", plan: twoOnOne("tensorrt-llm-engine") },
  { name: "two-engines", target: "kubernetes", plan: twoOnOne("tensorrt-llm-engine") },
  {
    name: "two-engines-bls",
    target: "triton-engine",
    plan: twoOnOne("tensorrt-llm-engine"),
    options: { tritonBls: true },
  },
  {
    name: "four-on-one-leader",
    target: "triton-engine",
    plan: fourOnOne("tensorrt-llm-engine"),
    options: { tritonMode: "leader" },
  },
  {
    name: "twelve-cards-no-spawn",
    target: "triton-engine",
    plan: twelveCards("tensorrt-llm-engine"),
    options: { tritonMode: "orchestrator-no-spawn" },
  },
  {
    name: "one-family",
    target: "triton-engine",
    plan: oneFamily("tensorrt-llm-engine"),
    options: { tritonMode: "orchestrator" },
  },
] as const satisfies readonly {
  readonly target: TargetId;
  readonly options?: RenderOptions;
  readonly [key: string]: unknown;
}[];

describe.each(BUNDLES)("$name for $target", ({ name, target, plan, ...more }) => {
  const result = renderDeployment(plan, target, "options" in more ? more.options : {});
  // Packagings of engines have the same configurations: one of them is looked at.
  const hasSame = name === "two-engines" && (target === "systemd" || target === "slurm");
  const all = result.ok ? result.artifacts : [];
  const artifacts = all.filter(({ path }) => !(hasSame && path.endsWith(".pbtxt")));

  test("is written", () => {
    expect(result.ok).toBe(true);
  });

  test.each(artifacts.map(({ path, text }) => ({ path, text })))("$path", async ({ path, text }) => {
    const file = fileURLToPath(new URL(`${name}/${target}/${path}`, import.meta.url));
    await expect(text).toMatchFileSnapshot(file);
  });
});
