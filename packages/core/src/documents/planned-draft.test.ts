import { describe, expect, test } from "vitest";
import { importPreset } from "../catalog/catalog.ts";
import { renderDeployment } from "../deploy/render.ts";
import type { TargetId } from "../deploy/targets/target-id.ts";
import { readDraftModel } from "../importers/draft-model.ts";
import type { ModelSpec } from "../model/model.ts";
import { withPart } from "../model/with-part.ts";
import { parseFleetFile } from "./fleet-file.ts";
import { modelKey } from "./model-key.ts";
import type { PlanDeployment, PlanDocument } from "./plan-document.ts";
import { planFleet } from "./plan-fleet.ts";
import { readPlanDocument } from "./read-plan.ts";
import { changedAspects } from "./staying/engine-aspects.ts";
import { verifyPlan } from "./verify-plan.ts";

const LLAMA = importPreset("meta-llama/Llama-3.1-8B") as ModelSpec;

const SHAPE = {
  hidden_size: 4096,
  num_hidden_layers: 1,
  num_attention_heads: 32,
  num_key_value_heads: 8,
  intermediate_size: 14_336,
  vocab_size: 128_256,
};

const CONFIGS: Readonly<Record<string, object>> = {
  eagle3: { ...SHAPE, architectures: ["LlamaForCausalLMEagle3"], draft_vocab_size: 32_000 },
  eagle: { ...SHAPE, architectures: ["EAGLE"], model_type: "eagle" },
  medusa: { architectures: ["MedusaModel"], medusa_num_heads: 2 },
  model: { ...SHAPE, model_type: "llama", max_position_embeddings: 8192, torch_dtype: "bfloat16" },
};

function plan(rest: string, draft?: string): Promise<PlanDocument> {
  const says = draft === undefined ? "" : `, draft: /drafts/${draft}`;
  const fleet = parseFleetFile(
    "fleet.yaml",
    `hosts: [{ name: box, gpus: [{ gpu: h100-sxm-80gb }] }]
models:
  - { name: chat, model: ${LLAMA.id}, concurrency: 4, tp: 1, pp: 1${says}, ${rest} }
`,
  );
  const name = { file: "draft.json", source: `/drafts/${draft}` };
  const models = fleet.models.flatMap((entry) =>
    entry.draft === undefined || draft === undefined || CONFIGS[draft] === undefined
      ? []
      : [[modelKey(entry), withPart(LLAMA, readDraftModel(name, CONFIGS[draft], LLAMA))] as const],
  );
  return planFleet({ file: "fleet.yaml", fleet, models: new Map(models), nodeLimit: 2000 });
}

function only({ deployments: [first] }: PlanDocument): PlanDeployment {
  if (first === undefined) {
    throw new Error("nothing is placed");
  }
  return first;
}

function bytesOf({ ranks }: PlanDeployment, ...ids: readonly string[]): number {
  return ranks
    .flatMap(({ terms }) => terms)
    .filter(({ id }) => ids.includes(id))
    .reduce((sum, { bytes }) => sum + bytes, 0);
}

describe("a fleet file that names a draft", () => {
  test.each(["vllm", "sglang", "tensorrt-llm"])("%s has it in its plan", async (engine) => {
    const [alone, drafting] = await Promise.all([
      plan(`engine: ${engine}`),
      plan(`engine: ${engine}, draftTokens: 3`, "eagle3"),
    ]);
    const [without, with1] = [only(alone), only(drafting)];
    const more = bytesOf(with1, "weights", "draft") - bytesOf(without, "weights", "draft");
    // fc 12288 · 4096; q 8192 · 4096, k and v 8192 · 1024, o 4096 · 4096; 3 · 4096 · 14336; a head of 32000 · 4096; norms
    const parameters =
      50_331_648 + 33_554_432 + 16_777_216 + 16_777_216 + 176_160_768 + 131_072_000;
    expect(Math.abs(more / (2 * parameters) - 1)).toBeLessThan(1e-3);
    // one layer more of 8 heads of 128, K and V in 16 bits
    expect(with1.ranks[0]?.kv.bytesPerToken).toBe((32 + 1) * 2 * 8 * 128 * 2);
    expect(with1.draft).toEqual({ source: "/drafts/eagle3", method: "eagle3" });
    expect(with1.draftTokens).toBe(3);
    expect(without).not.toHaveProperty("draft");
    expect(verifyPlan(drafting)).toEqual([]);
    const read = readPlanDocument("plan.json", JSON.stringify(drafting));
    expect(only(read).draft).toEqual(with1.draft);
    expect(changedAspects(without, with1)).toContain("model");
  });

  test.each([
    ["engine: llama.cpp", "model", /models\[0\]\.draft: expected none for llama\.cpp/],
    ["engine: vllm, draftLayers: 1", "model", /models\[0\]\.draftLayers: expected 0 beside/],
    ["engine: vllm", "gone", /models\[0\]\.draft: expected a draft whose files are there/],
  ])("%s with %s is refused by the key", async (rest, draft, says) => {
    await expect(plan(rest, draft)).rejects.toThrow(says);
  });
});

async function written(target: TargetId, rest: string, draft: string): Promise<string> {
  const result = renderDeployment(await plan(rest, draft), target, {});
  return (result.ok ? result.artifacts : result.refusals).map(({ text }) => text).join("\n");
}

describe("what is written", () => {
  test.each([
    [
      "vllm",
      "engine: vllm, draftTokens: 3",
      "eagle3",
      /--speculative-config '?\{"method":"eagle3","model":"\/drafts\/eagle3","num_speculative_tokens":3\}/,
    ],
    ["vllm", "engine: vllm", "medusa", /"method":"medusa","model":"\/drafts\/medusa".*tokens":1/],
    ["vllm", "engine: vllm", "model", /"method":"draft_model"/],
    [
      "sglang",
      "engine: sglang, draftTokens: 3",
      "model",
      /--speculative-algorithm STANDALONE[\s\S]*--speculative-draft-model-path=\/drafts\/model[\s\S]*--speculative-num-draft-tokens 4/,
    ],
    ["sglang", "engine: sglang", "eagle3", /--speculative-algorithm EAGLE3/],
    [
      "trtllm-serve",
      "engine: tensorrt-llm, draftTokens: 3",
      "eagle3",
      /speculative_config:\n {2}decoding_type: Eagle\n {2}max_draft_len: 3\n {2}speculative_model_dir: \/drafts\/eagle3/,
    ],
    ["trtllm-serve", "engine: tensorrt-llm", "model", /decoding_type: Draft_Target/],
    ["compose", "engine: vllm", "eagle3", /source: \/drafts\/eagle3\s+target: \/drafts\/eagle3/],
    ["kubernetes", "engine: vllm", "eagle3", /mountPath: \/drafts\/eagle3/],
    // what an engine or its version can't be told is refused
    [
      "vllm",
      "engine: vllm, engineVersion: 0.14.0",
      "model",
      /0\.14\.0 can't be told draft \(model\)/,
    ],
    ["sglang", "engine: sglang", "medusa", /sglang has no drafts of the kind Medusa/],
    ["trtllm-serve", "engine: tensorrt-llm", "eagle", /no drafts of the kind EAGLE 1 or 2/],
  ] as const)("%s, %s: %s", async (target, rest, draft, says) => {
    expect(await written(target, rest, draft)).toMatch(says);
  });

  test.each(["compose", "kubernetes"] as const)("%s takes no relative path", async (target) => {
    const drafting = await plan("engine: vllm", "eagle3");
    const deployments = drafting.deployments.map((each) => ({
      ...each,
      draft: { source: "./eagle", method: "eagle3" as const },
    }));
    const result = renderDeployment({ ...drafting, deployments }, target, {});
    expect(result.ok ? [] : result.refusals.map(({ text }) => text).join()).toContain("./eagle");
  });
});
