import { describe, expect, test } from "vitest";
import { renderDeployment } from "../deploy/render.ts";
import { parseFleetFile } from "./fleet-file.ts";
import type { PlanDeployment, PlanDocument } from "./plan-document.ts";
import { planFleet } from "./plan-fleet.ts";
import { readPlanDocument } from "./read-plan.ts";
import { verifyPlan } from "./verify-plan.ts";

const plan = (models: string): Promise<PlanDocument> =>
  planFleet({
    file: "fleet.yaml",
    fleet: parseFleetFile(
      "fleet.yaml",
      `hosts: [{ name: box, gpus: [{ gpu: h100-sxm-80gb, count: 4 }] }]\nmodels:\n${models}`,
    ),
    nodeLimit: 2000,
  });

const asked = (rest: string): string =>
  `  - { name: chat, model: Qwen/Qwen3.5-9B, concurrency: 4, tp: 1, pp: 1, ${rest} }\n`;

const ENGINES = ["vllm", "sglang", "tensorrt-llm"] as const;

const drafting = await plan(
  ENGINES.map((engine, i) =>
    asked(`engine: ${engine}, gpus: 'box:${i}', draftLayers: 1`).replace("chat", engine),
  ).join(""),
);
const alone = await plan(
  ENGINES.map((engine, i) =>
    asked(`engine: ${engine}, gpus: 'box:${i}'`).replace("chat", engine),
  ).join(""),
);

function of({ deployments }: PlanDocument, name: string): PlanDeployment {
  const found = deployments.find(({ model }) => model === name);
  if (found === undefined) {
    throw new Error(`${name} is not placed`);
  }
  return found;
}

function held({ ranks }: PlanDeployment): number {
  return ranks
    .flatMap(({ terms }) => terms)
    .filter(({ id }) => id === "weights" || id === "draft")
    .reduce((sum, { plannedBytes }) => sum + plannedBytes, 0);
}

describe("a fleet file that asks for draft layers", () => {
  test.each(ENGINES)("%s has its weights and its cache in the plan", (engine) => {
    const [without, with1] = [of(alone, engine), of(drafting, engine)];
    // the layer that vLLM prints as 0.46 GiB (boot log vllm-021)
    expect((held(with1) - held(without)) / 1024 ** 3).toBeCloseTo(0.45, 2);
    expect(with1.ranks[0]?.kv.bytesPerToken).toBeGreaterThan(
      without.ranks[0]?.kv.bytesPerToken ?? Number.POSITIVE_INFINITY,
    );
    expect(with1.draftLayers).toBe(1);
    expect(without).not.toHaveProperty("draftLayers");
  });

  test("the plan holds when it is added up anew, and is read as it was written", () => {
    expect(verifyPlan(drafting)).toEqual([]);
    const read = readPlanDocument("plan.json", JSON.stringify(drafting));
    expect(of(read, "vllm").draftLayers).toBe(1);
  });
});

function written(of: PlanDocument, target: "vllm" | "sglang" | "trtllm-serve"): string {
  const result = renderDeployment(of, target, {});
  if (!result.ok) {
    throw new Error(result.refusals.map(({ text }) => text).join());
  }
  return result.artifacts.map(({ text }) => text).join("\n");
}

describe("what is written", () => {
  test.each([
    [
      "vllm",
      "engine: vllm, draftLayers: 1, draftTokens: 3",
      /--speculative-config '?\{"method":"mtp","num_speculative_tokens":3\}/,
    ],
    [
      "vllm",
      "engine: vllm, imagesPerPrompt: 2",
      /--limit-mm-per-prompt '?\{"image":2,"video":0,"audio":0\}/,
    ],
    [
      "sglang",
      "engine: sglang, draftLayers: 1, draftTokens: 3",
      /--speculative-algorithm EAGLE[\s\S]*--speculative-num-steps 3[\s\S]*--speculative-num-draft-tokens 4/,
    ],
    [
      "trtllm-serve",
      "engine: tensorrt-llm, draftLayers: 1",
      /speculative_config:\n {2}decoding_type: MTP\n {2}num_nextn_predict_layers: 1/,
    ],
  ] as const)("%s: %s", async (target, rest, says) => {
    expect(written(await plan(asked(rest)), target)).toMatch(says);
    expect(written(await plan(asked(rest.replace(/, .*/, ""))), target)).not.toMatch(
      /--speculative|speculative_config|--limit-mm/,
    );
  });

  test("a version without the words is refused, not told something else", async () => {
    const old = await plan(asked("engine: vllm, engineVersion: 0.11.0, draftLayers: 1"));
    const result = renderDeployment(old, "vllm", {});
    expect(result.ok ? [] : result.refusals.map(({ text }) => text)).toEqual([
      expect.stringMatching(/vllm "?0\.11\.0"? can't be told draftLayers/),
    ]);
  });
});

test.each([
  ["engine: llama.cpp, draftLayers: 1", /models\[0\]\.draftLayers: expected 0 for llama\.cpp/],
  ["engine: vllm, draftTokens: 2", /models\[0\]\.draftTokens: expected a draft that proposes/],
  ["engine: sglang, imagesPerPrompt: 0", /models\[0\]\.imagesPerPrompt: expected nothing for sgl/],
  ["engine: vllm, draftLayers: 9", /models\[0\]\.draftLayers: expected at most 1/],
])("%s is refused by the key", async (rest, says) => {
  await expect(plan(asked(rest))).rejects.toThrow(says);
});
