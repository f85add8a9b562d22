import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import * as gatewayApi from "@kubernetes-models/gateway-api/gateway.networking.k8s.io/v1";
import * as apps from "kubernetes-models/apps/v1";
import * as rbac from "kubernetes-models/rbac.authorization.k8s.io/v1";
import * as core from "kubernetes-models/v1";
import { describe, expect, test } from "vitest";
import type { Artifact } from "../packages/core/src/deploy/artifact.ts";
import { renderDeployment } from "../packages/core/src/deploy/render.ts";
import type { RenderOptions } from "../packages/core/src/deploy/render-options.ts";
import type { PlanDocument } from "../packages/core/src/documents/plan-document.ts";
import { fourEngines, fourOnOne, twelveCards, twoOnOne } from "./fixtures/deploy-plans.ts";
import { mixedFleet, threeNodes } from "./fixtures/kube-plans.ts";
import { referenceErrors } from "./support/kube-references.ts";
import { type KubeRead, readObjects, schemaErrors } from "./support/read-kube.ts";
import { testWith } from "./support/tools.ts";

const MODELS: Readonly<Record<string, KubeRead>> = { ...core, ...apps, ...rbac, ...gatewayApi };

const BUNDLES: readonly { readonly name: string; readonly options: RenderOptions }[] = [
  { name: "twelve-cards", options: {} },
  { name: "twelve-cards", options: { kubernetes: { modelsClaim: "models" } } },
  { name: "four-on-one", options: {} },
  { name: "four-on-one", options: { kubernetes: { sharing: "time-slicing", select: "product" } } },
  { name: "mixed-fleet", options: {} },
  { name: "mixed-fleet", options: { kubernetes: { cards: "dra" }, firstPort: 9000 } },
  { name: "mixed-fleet", options: { kubernetes: { select: "product" } } },
  { name: "three-nodes", options: {} },
  { name: "three-nodes", options: { kubernetes: { select: "product" } } },
  { name: "four-engines", options: {} },
  { name: "two-engines", options: { kubernetes: { modelsClaim: "models" } } },
  { name: "twelve-engines", options: { enginesFolder: "/fast/engines" } },
  { name: "three-nodes", options: { kubernetes: { runtimeClass: "nvidia", gatewayClass: "eg" } } },
];

const PLANS: Readonly<Record<string, PlanDocument>> = {
  "twelve-cards": twelveCards("tensorrt-llm"),
  "four-on-one": fourOnOne("tensorrt-llm"),
  "mixed-fleet": mixedFleet("tensorrt-llm"),
  "three-nodes": threeNodes("vllm"),
  "four-engines": fourEngines(),
  "two-engines": twoOnOne("tensorrt-llm-engine"),
  "twelve-engines": twelveCards("tensorrt-llm-engine"),
};

function render(name: string, options: RenderOptions): readonly Artifact[] {
  const plan = PLANS[name];
  const result = plan && renderDeployment(plan, "kubernetes", options);
  return result?.ok ? result.artifacts : [];
}

describe.each(BUNDLES)("$name with $options", ({ name, options }) => {
  const artifacts = render(name, options);
  const engines = readObjects(artifacts);
  const gateway = readObjects(artifacts, "gateway/");
  const objects = [...engines, ...gateway].filter(({ kind }) => kind !== "Kustomization");

  test("every object fits its kind, with no field that it does not have", () => {
    expect(objects.length).toBeGreaterThan(8);
    expect([...engines, ...gateway].flatMap(schemaErrors)).toEqual([]);
  });

  test("Kubernetes' own schemas take what they know", () => {
    const known = objects.filter(({ apiVersion, kind }) => MODELS[kind]?.apiVersion === apiVersion);
    expect(known.length).toBeGreaterThan(objects.length / 2);
    expect(known.flatMap(modelErrors)).toEqual([]);
  });

  test("every reference is met, selectors find pods, ports agree; the Hub's token is named only", () => {
    expect(referenceErrors(objects, ["hf-token"])).toEqual([]);
    expect(objects.some(({ kind }) => kind === "Secret")).toBe(false);
  });

  test("kustomizations name every file", () => {
    for (const folder of ["", "gateway/"]) {
      const [kustomization] = readObjects(artifacts, folder).filter(
        ({ kind }) => kind === "Kustomization",
      );
      const files = artifacts
        .filter(
          ({ path }) => path.startsWith(folder) && /^[^/]+\.yaml$/.test(path.slice(folder.length)),
        )
        .map(({ path }) => path.slice(folder.length))
        .filter((path) => path !== "kustomization.yaml");
      expect(kustomization.resources.toSorted()).toEqual(files.toSorted());
    }
  });

  testWith("kubectl", "kubectl builds them", () => {
    expect(kustomized(artifacts)).toBe(objects.length);
  });
});

function modelErrors(object: KubeRead): string[] {
  try {
    new MODELS[object.kind](object).validate();
    return [];
  } catch (error) {
    const name = `${object.kind} ${object.metadata.name}`;
    return [`${name}: ${error instanceof Error ? error.message : error} ${JSON.stringify(error)}`];
  }
}

/** How many objects `kubectl kustomize` makes of both folders. */
function kustomized(artifacts: readonly Artifact[]): number {
  const folder = mkdtempSync(join(tmpdir(), "berth-kustomize-"));
  try {
    for (const { path, text } of artifacts) {
      mkdirSync(join(folder, dirname(path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    const built = [folder, join(folder, "gateway")].map((each) =>
      execFileSync("kubectl", ["kustomize", each], { encoding: "utf8" }),
    );
    return built.join("---\n").match(/^kind: /gm)?.length ?? 0;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
