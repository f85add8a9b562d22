import type { PlanDocument } from "../../documents/plan-document.ts";
import type { Artifact } from "../artifact.ts";
import { cardAccess } from "../kube/card-access.ts";
import type { KubeObject } from "../kube/object.ts";
import { planJson } from "../plan-json.ts";
import type { RenderOptions } from "../render-options.ts";
import { serverHosts } from "../servers/engine-servers.ts";
import { yamlText } from "../text/yaml.ts";
import { graph } from "./dynamo/graph.ts";
import { dynamoReadme } from "./dynamo/readme.ts";
import { DYNAMO_RULES } from "./dynamo/rules.ts";
import { configMaps } from "./kubernetes/config-maps.ts";
import { podCards } from "./kubernetes/pod-cards.ts";
import { workloads } from "./kubernetes/workloads.ts";
import type { Target } from "./target.ts";

/** One graph of NVIDIA Dynamo: a frontend, and a worker component a model. */
export const dynamo: Target<"dynamo"> = {
  id: "dynamo",
  description:
    "NVIDIA Dynamo on Kubernetes: one graph with a frontend and a worker a model (TensorRT-LLM, vLLM or SGLang)",
  rules: DYNAMO_RULES,
  write,
};

function write(plan: PlanDocument, options: RenderOptions): readonly Artifact[] {
  const access = cardAccess(plan, options);
  const hosts = serverHosts(plan, options, "of-its-own");
  const all = workloads(hosts, { plan, access, shared: [] });
  const writing = { plan, access, claimNames: new Map(), options };
  const objects: readonly KubeObject[] = [
    ...all.flatMap((each) => [
      ...podCards(each, { node: each.servers[0].nodes[0], at: 0 }, writing).objects,
      ...configMaps(each),
    ]),
    graph(all, writing),
  ];
  return [
    text("README.md", dynamoReadme(plan, { all, access, options })),
    text("plan.json", planJson(plan)),
    text(`${GRAPH_FILE}.yaml`, yamlText(...objects.map((value) => ({ value })))),
    text(
      "kustomization.yaml",
      yamlText({
        value: {
          apiVersion: "kustomize.config.k8s.io/v1beta1",
          kind: "Kustomization",
          resources: [`${GRAPH_FILE}.yaml`],
        },
      }),
    ),
  ];
}

const GRAPH_FILE = "graph";

function text(path: string, content: string): Artifact {
  return { path, text: content, isExecutable: false };
}
