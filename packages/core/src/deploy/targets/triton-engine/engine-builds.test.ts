import { expect, test } from "vitest";
import { fourOnOne, twelveCards } from "../../../../../../test/fixtures/deploy-plans.ts";
import type { PlanDeployment, PlanDocument } from "../../../documents/plan-document.ts";
import { renderDeployment } from "../../render.ts";

const twelvePlan = twelveCards("tensorrt-llm-engine");
const fourPlan = fourOnOne("tensorrt-llm-engine");

function files(plan: PlanDocument): ReadonlyMap<string, string> {
  const result = renderDeployment(plan, "triton-engine");
  return new Map(result.ok ? result.artifacts.map(({ path, text }) => [path, text]) : []);
}

function changed(at: number, change: Partial<PlanDeployment>): PlanDocument {
  return {
    ...twelvePlan,
    deployments: twelvePlan.deployments.map((each, index) =>
      index === at ? { ...each, ...change } : each,
    ),
  };
}

test("replicas on cards of two architectures have an engine each, from one checkpoint", () => {
  const moved = twelvePlan.deployments[3]?.ranks.map((rank, at) => ({
    ...rank,
    gpu: `box1:${6 + at}`,
  }));
  const plan = changed(3, moved ? { gpus: ["box1:6", "box1:7"], ranks: moved } : {});
  const build = files(plan).get("build.sh") ?? "";
  expect([...build.matchAll(/^engine=.*mistral-7b.*-(sm\d+)-/gm)].map(([, sm]) => sm)).toEqual([
    "sm89",
    "sm86",
  ]);
  expect(new Set(build.match(/^checkpoint=.*mistral.*$/gm)).size).toBe(1);
});

test.each([
  { what: "another model under the same name", change: { source: "Qwen/Qwen2.5-3B" } },
  {
    what: "another TensorRT-LLM",
    change: { engine: { id: "tensorrt-llm-engine", version: "1.2.0" } },
  },
] as const)("$what is another checkpoint and another engine", ({ change }) => {
  const folders = (plan: PlanDocument): string[] =>
    [...(files(plan).get("build.sh") ?? "").matchAll(/^(?:checkpoint|engine)=(.*)$/gm)].flatMap(
      ([, folder]) => folder ?? [],
    );
  const [model] = twelvePlan.deployments;
  const alone = { ...twelvePlan, deployments: model ? [model] : [] };
  const later = {
    ...alone,
    deployments: alone.deployments.map((each) => ({ ...each, ...change })),
  };
  expect(folders(alone).length).toBe(2);
  expect(folders(later).filter((folder) => folders(alone).includes(folder))).toEqual([]);
});

test("twelve cards are said to every engine, one card is not", () => {
  expect(
    files(twelvePlan)
      .get("build.sh")
      ?.match(/--gpus_per_node 12;/g)?.length,
  ).toBe(3);
  expect(files(fourPlan).get("build.sh")).not.toContain("gpus_per_node 1");
});

test("engines are built with the limits of the plan", () => {
  const build = files(fourPlan).get("build.sh") ?? "";
  expect(build.match(/--max_seq_len \d+/g)).toEqual([
    "--max_seq_len 8192",
    "--max_seq_len 32768",
    "--max_seq_len 8192",
    "--max_seq_len 8192",
  ]);
  expect(build).toContain("--qformat fp8");
  expect(build).toContain("--kv_cache_dtype fp8");
  expect(build).toContain("--use_fp8_context_fmha enable");
});

test("weights that can't be made from the model's files ask for its 16-bit files", () => {
  const plan = changed(0, { storedQuantization: "fp8", quantization: "int8-wo" });
  const { build = "", readme = "" } = {
    build: files(plan).get("build.sh"),
    readme: files(plan).get("README.md"),
  };
  expect(build).toContain('sixteen_bit "$model" MODEL_PATH_LLAMA_3B');
  expect(readme).toContain("set `MODEL_PATH_LLAMA_3B` to its 16-bit files");
});
