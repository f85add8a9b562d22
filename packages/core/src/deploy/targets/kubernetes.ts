import type { PlanDocument } from "../../documents/plan-document.ts";
import type { Artifact } from "../artifact.ts";
import { nodeName } from "../kube/names.ts";
import type { KubeObject } from "../kube/object.ts";
import { planJson } from "../plan-json.ts";
import type { RenderOptions } from "../render-options.ts";
import { hostBuilds } from "../servers/engine-builds.ts";
import { yamlText } from "../text/yaml.ts";
import { sharedClaim } from "./kubernetes/claims.ts";
import { gateway, modelRoute } from "./kubernetes/gateway.ts";
import { workloadManifest } from "./kubernetes/manifests.ts";
import { plannedWorkloads, withFolders } from "./kubernetes/planned-workloads.ts";
import { kubernetesReadme } from "./kubernetes/readme.ts";
import { KUBERNETES_RULES } from "./kubernetes/rules.ts";
import type { Workload } from "./kubernetes/workloads.ts";
import type { Target } from "./target.ts";

/** Plain manifests with a kustomization: a workload and a Service a model, a gateway apart. */
export const kubernetes: Target<"kubernetes"> = {
  id: "kubernetes",
  description:
    "Kubernetes manifests with a kustomization: cards by the device plugin or by DRA, InferencePools behind a Gateway",
  rules: KUBERNETES_RULES,
  write,
};

function write(plan: PlanDocument, options: RenderOptions): readonly Artifact[] {
  const { access, shared, all } = plannedWorkloads(plan, options);
  const claimNames = new Map(shared.map((group, at) => [group, `shared-cards-${at + 1}`]));
  const claims = shared.map((group) =>
    sharedClaim(claimNames.get(group) ?? "", plan, { shared: group, access }),
  );
  const writing = { plan, access, claimNames, options };
  const builds = hostBuilds(plan, withFolders(options));
  const engines = [
    ...(claims.length === 0 ? [] : [text("shared-cards.yaml", objects(claims))]),
    ...all.map((each) => text(`${each.name}.yaml`, workloadManifest(each, writing))),
  ];
  return [
    text("README.md", kubernetesReadme(plan, { all, access, shared, options, builds })),
    text("plan.json", planJson(plan)),
    ...folder("", engines),
    ...builds.map(({ host, script }) => ({
      path: `build/${nodeName(host) ?? ""}.sh`,
      text: script,
      isExecutable: true,
    })),
    ...folder("gateway/", gatewayFiles(all, options)),
  ];
}

function gatewayFiles(all: readonly Workload[], options: RenderOptions): readonly Artifact[] {
  const models = [...new Set(all.map(({ modelName }) => modelName))];
  return [
    text("gateway.yaml", objects([gateway(options)])),
    ...models.map((model) => {
      const replicas = all.filter(({ modelName }) => modelName === model);
      return text(`route-${model}.yaml`, objects(modelRoute(replicas)));
    }),
  ];
}

/** Files with the kustomization that names them all, in their order. */
function folder(prefix: string, files: readonly Artifact[]): readonly Artifact[] {
  const kustomization = {
    apiVersion: "kustomize.config.k8s.io/v1beta1",
    kind: "Kustomization",
    resources: files.map(({ path }) => path),
  };
  return [
    text(`${prefix}kustomization.yaml`, yamlText({ value: kustomization })),
    ...files.map((file) => ({ ...file, path: `${prefix}${file.path}` })),
  ];
}

function objects(values: readonly KubeObject[]): string {
  return yamlText(...values.map((value) => ({ value })));
}

function text(path: string, content: string): Artifact {
  return { path, text: content, isExecutable: false };
}
