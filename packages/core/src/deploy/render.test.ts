import { describe, expect, test } from "vitest";
import {
  fourOnOne,
  planFor,
  twelveCards,
  twoHosts,
} from "../../../../test/fixtures/deploy-plans.ts";
import type { PlanDeployment, PlanDocument } from "../documents/plan-document.ts";
import { renderDeployment } from "./render.ts";
import { isTargetId, listTargets } from "./targets/registry.ts";

function changed(plan: PlanDocument, change: Partial<PlanDeployment>): PlanDocument {
  return {
    ...plan,
    deployments: plan.deployments.map((each, at) => (at === 0 ? { ...each, ...change } : each)),
  };
}

const serve = fourOnOne("tensorrt-llm");
const engines = twelveCards("tensorrt-llm-engine");

test("targets are listed with one sentence each", () => {
  expect(listTargets().map(({ id }) => id)).toEqual(
    expect.arrayContaining([
      "trtllm-serve",
      "triton-engine",
      "triton-llmapi",
      "vllm",
      "sglang",
      "llama-cpp",
    ]),
  );
  expect(listTargets().every(({ description }) => description.length > 20)).toBe(true);
  expect(isTargetId("triton-engine")).toBe(true);
  expect(isTargetId("toString")).toBe(false);
});

describe.each(listTargets())("$id", ({ id }) => {
  const plan = planFor(id);

  test("the same plan gives the same bytes, however long the solver took", () => {
    const again = { ...structuredClone(plan), solveSeconds: 17.123456 };
    expect(renderDeployment(again, id)).toEqual(renderDeployment(plan, id));
    expect(JSON.stringify(renderDeployment(again, id))).not.toContain("17.123456");
  });

  test("the order of the plan's keys does not matter", () => {
    const turned = Object.fromEntries(Object.entries(plan).toReversed()) as unknown as PlanDocument;
    expect(renderDeployment(turned, id)).toEqual(renderDeployment(plan, id));
  });

  test("paths come once, sorted, and stay inside", () => {
    const result = renderDeployment(plan, id);
    const paths = result.ok ? result.artifacts.map(({ path }) => path) : [];
    expect(paths).toEqual([...new Set(paths)].sort());
    expect(paths.length).toBeGreaterThan(2);
    expect(paths.filter((path) => path.startsWith("/") || path.includes(".."))).toEqual([]);
  });

  test("the plan is in the bundle and reads back as it was", () => {
    const result = renderDeployment(plan, id);
    const text = result.ok ? result.artifacts.find(({ path }) => path === "plan.json")?.text : "";
    expect(JSON.parse(text ?? "")).toEqual({ ...plan, solveSeconds: 0 });
    expect(text?.startsWith('{\n  "schema": "berth/plan@1",')).toBe(true);
  });
});

test.each([
  {
    name: "a plan without models",
    plan: { ...serve, deployments: [] },
    target: "trtllm-serve",
    codes: ["nothing-placed"],
  },
  {
    name: "PyTorch models in triton-engine",
    plan: { ...serve, deployments: serve.deployments.slice(0, 1) },
    target: "triton-engine",
    codes: ["wrong-engine"],
  },
  {
    name: "engines in trtllm-serve",
    plan: { ...engines, deployments: engines.deployments.slice(0, 2) },
    target: "trtllm-serve",
    codes: ["wrong-engine", "wrong-engine"],
  },
  {
    name: "a NUL in a name",
    plan: changed(serve, { model: "a\0b" }),
    target: "trtllm-serve",
    codes: ["text-not-carried"],
  },
  {
    name: "fewer cards than ranks",
    plan: changed(serve, { tp: 2 }),
    target: "trtllm-serve",
    codes: ["plan-broken"],
  },
  {
    name: "a card that is not listed",
    plan: changed(serve, { gpus: ["desk:9"] }),
    target: "trtllm-serve",
    codes: ["plan-broken"],
  },
  {
    name: "an INT8 KV cache with the PyTorch backend",
    plan: changed(serve, { kvCacheDtype: "int8" }),
    target: "trtllm-serve",
    codes: ["kv-cache-dtype"],
  },
  {
    name: "a TensorRT-LLM before 1.0",
    plan: {
      ...serve,
      deployments: serve.deployments.map((each) => ({
        ...each,
        engine: { ...each.engine, version: "0.17.0" },
      })),
    },
    target: "trtllm-serve",
    codes: ["version-too-old"],
  },
  {
    name: "a release candidate of 1.0",
    plan: changed(serve, { engine: { id: "tensorrt-llm", version: "1.0.0rc6" } }),
    target: "trtllm-serve",
    codes: ["version-too-old"],
  },
  {
    name: "blocks of 64 tokens before they could be chosen",
    plan: changed(serve, {
      tokensPerBlock: 64,
      engine: { id: "tensorrt-llm", version: "1.0.0" },
    }),
    target: "trtllm-serve",
    codes: ["block-size"],
  },
  {
    name: "uneven stages before pp_partition",
    plan: changed(twelveCards("tensorrt-llm"), {
      tp: 1,
      pp: 2,
      stageLayers: [10, 18],
      engine: { id: "tensorrt-llm", version: "1.0.0" },
    }),
    target: "trtllm-serve",
    codes: ["uneven-stages"],
  },
  {
    name: "uneven stages in engines",
    plan: changed(engines, { tp: 1, pp: 2, stageLayers: [10, 18] }),
    target: "triton-engine",
    codes: ["uneven-stages"],
  },
  {
    name: "a version without engines, beside one with them",
    plan: changed(engines, { engine: { id: "tensorrt-llm-engine", version: "1.3.0rc21" } }),
    target: "triton-engine",
    codes: ["engine-version", "several-versions"],
  },
  {
    name: "an engine over a 3090 and a 4090",
    plan: changed(engines, { gpus: ["box1:0", "box1:8"] }),
    target: "triton-engine",
    codes: ["mixed-compute-capability"],
  },
  {
    name: "an engine in MXFP4",
    plan: changed(engines, { quantization: "mxfp4" }),
    target: "triton-engine",
    codes: ["no-engine-build"],
  },
] as const)("$name: $codes", ({ plan, target, codes }) => {
  const result = renderDeployment(plan, target);
  const refusals = result.ok ? [] : result.refusals;
  expect(refusals.map(({ reason }) => reason.code)).toEqual(codes);
  expect(refusals.every(({ text }) => /^[^\n]{20,}$/.test(text))).toBe(true);
});

test.each([
  { target: "trtllm-serve", engine: "tensorrt-llm", first: "start-all.sh" },
  { target: "triton-engine", engine: "tensorrt-llm-engine", first: "fetch-templates.sh" },
] as const)("the README of $target keeps the commands of two hosts apart", (each) => {
  const plan = twelveCards(each.engine);
  const split: PlanDocument = {
    ...plan,
    hosts: [...plan.hosts, { name: "box_2", gpuCount: 4 }],
    gpus: plan.gpus.map((gpu) => (gpu.index < 8 ? gpu : { ...gpu, host: "box_2" })),
  };
  const result = renderDeployment(split, each.target);
  const text = result.ok ? result.artifacts.find(({ path }) => path === "README.md")?.text : "";
  const blocks = [...(text ?? "").matchAll(/```sh\n([^`]*)```/g)].map(([, block]) => block ?? "");
  expect(blocks.filter((block) => /box1[\s\S]*box_2/.test(block))).toEqual([]);
  expect(text).toContain(`On box1:\n\n\`\`\`sh\n./hosts/box1/${each.first}\n`);
  expect(text).toContain(`On box\\_2:\n\n\`\`\`sh\n./hosts/box_2/${each.first}\n`);
});

test("a model over two hosts is refused, two hosts with a model each are not", () => {
  const plan = twelveCards("tensorrt-llm");
  const split: PlanDocument = {
    ...plan,
    hosts: [...plan.hosts, { name: "box2", gpuCount: 4 }],
    gpus: plan.gpus.map((gpu) => (gpu.index < 8 ? gpu : { ...gpu, host: "box2" })),
  };
  const apart = renderDeployment(split, "trtllm-serve");
  const paths = apart.ok ? apart.artifacts.map(({ path }) => path) : [];
  expect(paths).toContain("hosts/box1/start-all.sh");
  expect(paths).toContain("hosts/box2/start/mistral-7b-r0.sh");
});

test("a model over two hosts is refused by a target for one, which names the other", () => {
  const plan = twoHosts("tensorrt-llm-engine");
  const result = renderDeployment(plan, "triton-engine");
  expect(result.ok ? [] : result.refusals[0]).toMatchObject({
    reason: { code: "spans-hosts", model: "wide-32b", hosts: ["left", "right"] },
    text: '"wide-32b" lies on 2 hosts ("left", "right"), and this target starts a model on one host only; plan it on one host, or with the engine tensorrt-llm and use the target trtllm-serve',
  });
  for (const target of ["kubernetes", "slurm", "compose"] as const) {
    const asked = renderDeployment(plan, target);
    const texts = asked.ok ? [] : asked.refusals.map(({ text }) => text);
    expect(texts.filter((text) => text.includes("host"))).toContainEqual(
      expect.stringMatching(/; plan it on one host, or with the engine tensorrt-llm and use/),
    );
  }
  for (const target of ["trtllm-serve", "vllm", "sglang"] as const) {
    const engine = target === "trtllm-serve" ? "tensorrt-llm" : target;
    expect(renderDeployment(twoHosts(engine), target).ok).toBe(true);
  }
});

// what stands behind "use the target" is done, for every engine and every target that refuses
test.each(["tensorrt-llm", "tensorrt-llm-engine", "vllm", "sglang"] as const)(
  "where a model of %s is over two hosts, the target that a refusal names carries the plan",
  (engine) => {
    const plan = twoHosts(engine);
    const texts = listTargets().flatMap(({ id }) => {
      const asked = renderDeployment(plan, id);
      return asked.ok ? [] : asked.refusals.map(({ text }) => `${id}: ${text}`);
    });
    expect(texts.length).toBeGreaterThan(5);
    const named = texts.flatMap((text) =>
      [...text.matchAll(/(?<!tensorrt-llm and )use the target ([\w-]+)/g)].map(
        ([, target = ""]) => ({
          text,
          isCarried: isTargetId(target) && renderDeployment(plan, target).ok,
        }),
      ),
    );
    expect(named.filter(({ isCarried }) => !isCarried)).toEqual([]);
    expect(texts.join("\n")).not.toContain("name no target");
  },
);

test.each([
  { name: "in turns", gpus: ["left:0", "right:0", "left:1", "right:1"], code: "mixed-hosts" },
  { name: "3 and 1", gpus: ["left:0", "left:1", "left:2", "right:0"], code: "uneven-hosts" },
])("ranks over hosts $name are refused: $code", ({ gpus, code }) => {
  const plan = twoHosts("vllm");
  const third = plan.gpus.slice(0, 1).map((gpu) => ({ ...gpu, id: "left:2", index: 2 }));
  const result = renderDeployment(
    {
      ...plan,
      gpus: [...plan.gpus, ...third],
      deployments: plan.deployments
        .filter(({ model }) => model === "wide-32b")
        .map((each) => ({ ...each, gpus })),
    },
    "vllm",
  );
  expect(result.ok ? [] : result.refusals.map(({ reason }) => reason.code)).toEqual([code]);
});

test("vLLM before it could span hosts by itself says which version can", () => {
  const plan = twoHosts("vllm");
  const deployments = plan.deployments.map((each) => ({
    ...each,
    engine: { id: "vllm", version: "0.11.0" } as const,
  }));
  const result = renderDeployment({ ...plan, deployments }, "vllm");
  expect(result.ok ? [] : result.refusals.map(({ text }) => text)).toEqual([
    '"wide-32b" lies on several hosts, which vllm 0.11.0 spans through a Ray cluster only; plan it with a newer version, or on one host',
  ]);
});
