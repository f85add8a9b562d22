import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { renderDeployment } from "../packages/core/src/deploy/render.ts";
import type { PlanDocument } from "../packages/core/src/documents/plan-document.ts";
import { atVersion, twelveCards } from "./fixtures/deploy-plans.ts";
import { mixedFleet, threeNodes } from "./fixtures/kube-plans.ts";
import { referenceErrors } from "./support/kube-references.ts";
import { type KubeRead, rayErrors, readObjects, schemaErrors } from "./support/read-kube.ts";

function render(plan: PlanDocument, target: "dynamo" | "ray-serve") {
  const result = renderDeployment(plan, target);
  return result.ok ? result.artifacts : [];
}

const GRAPHS = [
  { name: "TensorRT-LLM", plan: atVersion(twelveCards("tensorrt-llm"), "1.3.0rc23") },
  { name: "vLLM", plan: atVersion(twelveCards("vllm"), "0.24.0") },
  { name: "SGLang", plan: mixedFleet("sglang") },
];

describe.each(GRAPHS)("a graph with $name", ({ plan }) => {
  const all = readObjects(render(plan, "dynamo"));
  const objects = all.filter(({ kind }) => kind !== "Kustomization");
  const graph = objects.find(({ kind }) => kind === "DynamoGraphDeployment");

  test("fits the operator's types and meets its own references", () => {
    expect(all.flatMap(schemaErrors)).toEqual([]);
    expect(referenceErrors(objects, ["hf-token"])).toEqual([]);
  });

  test("has a worker for each replica, each model at an endpoint of its own", () => {
    const workers = graph.spec.components.filter(({ type }: KubeRead) => type === "worker");
    const replicas = workers.map((worker: KubeRead) => worker.replicas);
    expect(replicas.reduce((sum: number, count: number) => sum + count, 0)).toBe(
      plan.deployments.length,
    );
    const endpoints = workers.map(
      ({ podTemplate }: KubeRead) => podTemplate.spec.containers[0].args[1],
    );
    expect(new Set(endpoints).size).toBe(workers.length);
    const names = workers.map(({ podTemplate }: KubeRead) =>
      podTemplate.spec.containers[0].args.find((arg: string) =>
        arg.startsWith("--served-model-name="),
      ),
    );
    expect(new Set(names)).toEqual(
      new Set(plan.deployments.map(({ model }) => `--served-model-name=${model}`)),
    );
  });

  test("has no option of a server that listens by itself", () => {
    const args = graph.spec.components.flatMap(
      ({ podTemplate }: KubeRead) => podTemplate.spec.containers[0].args ?? [],
    );
    expect(args.filter((arg: string) => /^--(host|port|enable-metrics)/.test(arg))).toEqual([]);
  });
});

describe.each([twelveCards("vllm"), threeNodes("vllm"), atVersion(twelveCards("vllm"), "0.9.0")])(
  "a Ray Serve application",
  (plan) => {
    const artifacts = render(plan, "ray-serve");
    const config: KubeRead = parse(artifacts.find(({ path }) => path === "serve.yaml")?.text ?? "");
    const readme = artifacts.find(({ path }) => path === "README.md")?.text ?? "";

    test("fits its configuration, with the plan's memory in vLLM's own words", () => {
      expect(rayErrors(config)).toEqual([]);
      for (const { model_loading_config: loading, engine_kwargs: kwargs } of config.applications[0]
        .args.llm_configs) {
        const planned = plan.deployments.find(({ model }) => model === loading.model_id);
        expect(kwargs.gpu_memory_utilization).toBe(planned?.kv.gpuMemoryUtilization);
        expect(kwargs.max_num_seqs).toBe(planned?.maxBatchSize);
      }
    });

    test("the nodes of the README have just the cards and resources that it asks for", () => {
      const { llm_configs: models } = config.applications[0].args;
      const wanted = models.flatMap(({ placement_group_config, deployment_config }: KubeRead) =>
        placement_group_config.bundles
          .flatMap(Object.keys)
          .filter((name: string) => name !== "CPU")
          .map((name: string) => [name, deployment_config.num_replicas]),
      );
      const starts = readme.matchAll(/--num-gpus=(\d+) \\\n\s+--resources='(.*)'/g);
      const given = [...starts].flatMap(([, cards, resources]) =>
        Object.entries<number>({ GPU: Number(cards), ...JSON.parse(resources ?? "") }),
      );
      expect(sums(given)).toEqual(sums(wanted));
    });
  },
);

function sums(counts: readonly (readonly [string, number])[]): ReadonlyMap<string, number> {
  const all = new Map<string, number>();
  for (const [name, count] of counts) {
    all.set(name, (all.get(name) ?? 0) + count);
  }
  return all;
}
